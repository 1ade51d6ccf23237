import MandateCore

/// `GET /delegations/{hash}`: the links of a chain, for the bearer of a live token that commits to it (RFC 6750).
enum ChainEndpoint {
    /// The token of `Authorization: Bearer`, if there is one.
    static func bearer(of request: HTTPRequest) -> [UInt8]? {
        guard let field = request.authorization, let space = field.firstIndex(of: UInt8(ascii: " ")),
            field[..<space].isName("bearer")
        else { return nil }
        return Array(field[space...].drop { $0 == UInt8(ascii: " ") })
    }

    static func response(to answer: TokenService.ChainAnswer) -> HTTPResponse {
        switch answer {
        case .links(let json):
            return HTTPResponse(status: 200, fields: TokenResponse.noStore, body: json)
        case .unauthorized(let hasToken):
            return refusal(
                401, "invalid_token", "send a live token that commits to this chain as a bearer token",
                challenge: hasToken ? "Bearer realm=\"mandate\", error=\"invalid_token\"" : "Bearer realm=\"mandate\"")
        case .forbidden:
            return refusal(
                403, "insufficient_scope", "the token is of another chain",
                challenge: "Bearer realm=\"mandate\", error=\"insufficient_scope\"")
        case .unknown:
            return refusal(404, "not_found", "there is no chain with this hash", challenge: nil)
        case .unavailable(let refusal):
            return OAuthError(refusal).response(requestID: nil)
        }
    }

    private static func refusal(
        _ status: Int, _ code: String, _ description: String, challenge: String?
    ) -> HTTPResponse {
        let fields = challenge.map { [HTTPResponse.Field(name: "WWW-Authenticate", value: $0)] } ?? []
        return OAuthError.response(
            status: status, code: code, description: description, reason: code, requestID: nil,
            fields: TokenResponse.noStore + fields)
    }
}
