import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("The endpoint of chains")
struct ChainEndpointTests {
    private func request(authorization: String?) -> HTTPRequest {
        HTTPRequest(
            method: "GET", path: "/delegations/x", query: nil, contentType: nil,
            authorization: authorization.map { Array($0.utf8) }, ifNoneMatch: nil, idempotencyKey: nil,
            traceparent: nil, body: [],
            keepsAlive: true)
    }

    @Test(
        "takes the token of a bearer",
        arguments: [
            (nil, nil), ("Bearer a.b.c", "a.b.c"), ("bearer a.b.c", "a.b.c"), ("BEARER   a.b.c", "a.b.c"),
            ("Bearer ", ""), ("Bearer", nil), ("Basic YTpi", nil), ("Bearera.b.c", nil), ("DPoP a.b.c", nil), ("", nil),
        ] as [(String?, String?)])
    func bearer(field: String?, token: String?) {
        #expect(ChainEndpoint.bearer(of: request(authorization: field)) == token.map { Array($0.utf8) })
    }

    private static let answers: [(TokenService.ChainAnswer, Int, String?, String?)] = [
        (.links(Array(#"{"links":[]}"#.utf8)), 200, nil, nil),
        (.unauthorized(hasToken: false), 401, "invalid_token", #"Bearer realm="mandate""#),
        (.unauthorized(hasToken: true), 401, "invalid_token", #"Bearer realm="mandate", error="invalid_token""#),
        (.forbidden, 403, "insufficient_scope", #"Bearer realm="mandate", error="insufficient_scope""#),
        (.unknown, 404, "not_found", nil),
        (.unavailable(.unavailable(.registry)), 503, "temporarily_unavailable", nil),
    ]

    @Test("answers as RFC 6750 has it, for no cache to keep", arguments: answers.indices)
    func response(index: Int) throws {
        let (answer, status, code, challenge) = Self.answers[index]
        let response = ChainEndpoint.response(to: answer)
        let json = try JSONValue(strict: response.body)
        #expect(response.status == status && json["error"]?.string == code)
        #expect(response.fields.first { $0.name == "WWW-Authenticate" }?.value == challenge)
        #expect(response.fields.first { $0.name == "Cache-Control" }?.value == "no-store")
        if code == nil { #expect(String(decoding: response.body, as: UTF8.self) == #"{"links":[]}"#) }
    }
}
