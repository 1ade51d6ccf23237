import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("What a client is told")
struct OAuthErrorTests {
    private static let api = AudienceID(checked: "api")

    private static let table: [(Refusal, Int, String, String)] = [
        (.malformedRequest(.body), 400, "invalid_request", "malformed_request"),
        (.repeatedParameter("a"), 400, "invalid_request", "repeated_parameter"),
        (.taskMissing(api), 400, "invalid_request", "task_missing"),
        (.tooShortLived, 400, "invalid_request", "too_short_lived"),
        (.clientAuthenticationFailed, 401, "invalid_client", "client_authentication_failed"),
        (.grantNotAllowed(.clientCredentials), 400, "unauthorized_client", "grant_not_allowed"),
        (.unsupportedGrantType("x"), 400, "unsupported_grant_type", "unsupported_grant_type"),
        (.invalidAuthorizationDetails, 400, "invalid_authorization_details", "invalid_authorization_details"),
        (.scopeMissing(api), 400, "invalid_scope", "scope_missing"),
        (.scopeMalformed("*"), 400, "invalid_scope", "scope_malformed"),
        (.scopeUnknown("a", api), 400, "invalid_scope", "scope_unknown"),
        (.exceedsCapability("a", api), 400, "invalid_scope", "exceeds_capability"),
        (.audienceMissing, 400, "invalid_target", "audience_missing"),
        (.audienceUnknown("x"), 400, "invalid_target", "audience_unknown"),
        (.audienceNotHeld(api), 400, "invalid_target", "audience_not_held"),
        (.severalAudiences, 400, "invalid_target", "several_audiences"),
        (.unavailable(.ledger), 503, "temporarily_unavailable", "ledger_unavailable"),
        (.unavailable(.registry), 503, "temporarily_unavailable", "registry_unavailable"),
        (.unavailable(.signingKey), 503, "temporarily_unavailable", "registry_unavailable"),
        (.unavailable(.cryptography), 503, "temporarily_unavailable", "registry_unavailable"),
        (.unavailable(.overloaded), 503, "temporarily_unavailable", "overloaded"),
        (.unavailable(.clockWentBackwards), 503, "temporarily_unavailable", "clock_went_backwards"),
    ]

    private func fields(_ response: HTTPResponse) -> [String] { response.fields.map { "\($0.name): \($0.value)" } }

    @Test("of a refusal is the status, the error and the reason of this table", arguments: table.indices)
    func said(index: Int) throws {
        let (refusal, status, code, reason) = Self.table[index]
        let response = OAuthError(refusal).response(requestID: "id-1")
        let json = try JSONValue(strict: response.body)
        #expect(response.status == status)
        #expect(json["error"] == .string(code) && json["reason"] == .string(reason) && json["request_id"] == "id-1")
        #expect(json.members?.map(\.name) == ["error", "error_description", "reason", "request_id"])
        #expect(
            fields(response)
                == ["Content-Type: application/json", "Cache-Control: no-store", "Pragma: no-cache"]
                + (status == 503 ? ["Retry-After: 1"] : []))
    }

    @Test("of a failed authentication names Basic only to a client that tried it")
    func challenge() {
        let challenge = "WWW-Authenticate: Basic realm=\"mandate\""
        let refused = OAuthError(.clientAuthenticationFailed)
        #expect(fields(refused.response(requestID: nil, triedBasic: true)).contains(challenge))
        #expect(!fields(refused.response(requestID: nil, triedBasic: false)).contains(challenge))
        #expect(!fields(OAuthError(.audienceMissing).response(requestID: nil, triedBasic: true)).contains(challenge))
    }

    @Test(
        "repeats the client's own value within the letters of RFC 6749 §5.2, and not without end",
        arguments: ["\"\\<script>\u{0}\r\n\tü🙂", String(repeating: "a", count: 60_000), "\u{2028}\u{7F}"])
    func ownValue(value: String) throws {
        for refusal in [Refusal.audienceUnknown(value), .scopeMalformed(value), .unsupportedGrantType(value)] {
            let json = try JSONValue(strict: OAuthError(refusal).response(requestID: nil).body)
            let description = try #require(json["error_description"]?.string)
            #expect(description.utf8.count <= 300)
            #expect(description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        }
    }

    @Test("has one sentence for everyone who could not be authenticated")
    func sentence() {
        let body = OAuthError(.clientAuthenticationFailed).response(requestID: nil).body
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"error":"invalid_client","error_description":"client authentication failed","#
                + #""reason":"client_authentication_failed"}"#)
    }
}
