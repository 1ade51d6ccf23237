import MandateCore

/// What a client is told when the service says no (RFC 6749 §5.2).
struct OAuthError {
    let status: Int
    let code: String
    let reason: String
    let description: String
    /// Seconds to wait before trying again.
    let retryAfter: Int64?
    /// What this refusal says beside that: the rule that denied, or what a client that waits needs.
    let members: [JSONMember]

    /// The one place where our reasons become OAuth's words. No `default`, on purpose: a new `Refusal` does not compile
    /// until someone decides what a client may see.
    init(_ refusal: Refusal) {
        (status, code) =
            switch refusal {
            case .malformedRequest, .repeatedParameter, .taskMissing, .taskMismatch, .taskOfAnother, .tooShortLived,
                .subjectTokenInvalid, .subjectTokenExpired, .actorTokenInvalid, .presenterMismatch, .chainRevoked,
                .chainExpired, .ancestorInactive, .notADelegate, .depthExceeded, .cycle:
                (400, "invalid_request")
            case .retryDiffers: (422, "invalid_request")
            case .clientAuthenticationFailed: (401, "invalid_client")
            case .grantNotAllowed, .mayNotStartChains: (400, "unauthorized_client")
            case .unsupportedGrantType: (400, "unsupported_grant_type")
            case .invalidAuthorizationDetails: (400, "invalid_authorization_details")
            case .scopeMissing, .scopeMalformed, .scopeUnknown, .exceedsCapability, .exceedsDelegation, .exceedsClass:
                (400, "invalid_scope")
            case .deniedByPolicy, .approvalDenied: (400, "access_denied")
            case .approvalRequired(let waiting), .approvalPending(let waiting):
                (400, waiting.code == nil ? "interaction_required" : "authorization_pending")
            case .approvalAskedTooSoon: (400, "slow_down")
            case .approvalExpired: (400, "expired_token")
            case .audienceMissing, .audienceUnknown, .audienceNotHeld, .severalAudiences: (400, "invalid_target")
            case .quotaExceeded, .tooManyWaiting: (429, "temporarily_unavailable")
            case .unavailable: (503, "temporarily_unavailable")
            }
        reason = refusal.reason
        description = Self.printable(refusal.sentence)
        members = refusal.members
        retryAfter =
            switch refusal {
            case .quotaExceeded(_, let seconds): seconds
            case .tooManyWaiting: 60
            case .unavailable: 1
            default: nil
            }
    }

    func response(requestID: String?, triedBasic: Bool = false) -> HTTPResponse {
        var fields = TokenResponse.noStore
        if status == 401, triedBasic {
            fields.append(HTTPResponse.Field(name: "WWW-Authenticate", value: "Basic realm=\"mandate\""))
        }
        if let retryAfter { fields.append(HTTPResponse.Field(name: "Retry-After", value: String(retryAfter))) }
        return Self.response(
            status: status, code: code, description: description, reason: reason, requestID: requestID, fields: fields,
            members: members)
    }

    static func response(
        status: Int, code: String, description: String, reason: String, requestID: String?,
        fields: [HTTPResponse.Field], members: [JSONMember] = []
    ) -> HTTPResponse {
        var json = JSONWriter(capacity: 256)
        json.raw("{\"error\":")
        json.string(code)
        json.raw(",\"error_description\":")
        json.string(description)
        json.raw(",\"reason\":")
        json.string(reason)
        if let requestID {
            json.raw(",\"request_id\":")
            json.string(requestID)
        }
        for member in members {
            json.raw(",")
            json.string(member.name)
            json.raw(":")
            json.value(member.value)
        }
        json.raw("}")
        var response = HTTPResponse(status: status, fields: fields, body: json.bytes)
        response.refusal = RefusalNote(reason: reason, requestID: requestID)
        return response
    }

    /// RFC 6749 §5.2 allows `%x20-21 / %x23-5B / %x5D-7E`; anything else, from the caller's own value, becomes `?`.
    private static func printable(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(300).map { byte in
                (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C ? byte : UInt8(ascii: "?")
            }, as: UTF8.self)
    }
}
