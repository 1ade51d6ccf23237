import MandateCore

/// The public listener's fixed paths. What is not here does not exist.
struct Routes: Sendable {
    let metadata: MetadataEndpoint

    /// What a request turns out to ask.
    enum Asked {
        case answered(HTTPResponse)
        case token(HTTPRequest)
        case keys(HTTPRequest)
        case readiness
    }

    func asked(by request: HTTPRequest) -> Asked {
        switch request.path {
        case "/oauth/token":
            guard request.method == "POST" else { return .answered(Self.notAllowed("POST")) }
            return .token(request)
        case "/.well-known/jwks.json":
            return reading(request) { .keys(request) }
        case "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration":
            return reading(request) { .answered(metadata.respond(to: request)) }
        case "/oauth/authorize":
            return reading(request) { .answered(Self.authorize) }
        case "/healthz":
            return reading(request) { .answered(HTTPResponse(status: 200, body: Array("{\"status\":\"up\"}".utf8))) }
        case "/readyz":
            return reading(request) { .readiness }
        default:
            return .answered(
                OAuthError.response(
                    status: 404, code: "invalid_request", description: "there is no such path", reason: "not_found",
                    requestID: nil, fields: []))
        }
    }

    private func reading(_ request: HTTPRequest, _ answer: () -> Asked) -> Asked {
        guard request.method == "GET" || request.method == "HEAD" else {
            return .answered(Self.notAllowed("GET, HEAD"))
        }
        return answer()
    }

    private static func notAllowed(_ methods: String) -> HTTPResponse {
        OAuthError.response(
            status: 405, code: "invalid_request", description: "this path is for \(methods)",
            reason: "method_not_allowed", requestID: nil, fields: [HTTPResponse.Field(name: "Allow", value: methods)])
    }

    /// There for clients that refuse metadata without an authorization endpoint; no one can be sent here.
    private static let authorize = OAuthError.response(
        status: 400, code: "unsupported_response_type",
        description: "agents do not log in here; use client_credentials at the token endpoint",
        reason: "unsupported_response_type", requestID: nil, fields: TokenResponse.noStore)
}
