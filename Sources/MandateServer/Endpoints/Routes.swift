import MandateCore

/// The public listener's fixed paths. What is not here does not exist.
struct Routes: Sendable {
    let metadata: MetadataEndpoint

    /// What a request turns out to ask.
    enum Asked {
        case answered(HTTPResponse)
        case token(HTTPRequest)
        case introspection(HTTPRequest)
        case revocation(HTTPRequest)
        case completion(HTTPRequest, task: String)
        case chain(HTTPRequest, hash: String)
        case keys(HTTPRequest)
        case revocations(HTTPRequest)
        case readiness
    }

    func asked(by request: HTTPRequest) -> Asked {
        switch request.path {
        case "/oauth/token":
            return posting(request) { .token(request) }
        case "/oauth/introspect":
            return posting(request) { .introspection(request) }
        case "/oauth/revoke":
            return posting(request) { .revocation(request) }
        case "/revocations":
            return reading(request) { .revocations(request) }
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
            if let task = Self.between("/oauth/tasks/", "/complete", in: request.path) {
                return posting(request) { .completion(request, task: task) }
            }
            if let hash = Self.between("/delegations/", "", in: request.path) {
                return reading(request) { .chain(request, hash: hash) }
            }
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

    private func posting(_ request: HTTPRequest, _ answer: () -> Asked) -> Asked {
        request.method == "POST" ? answer() : .answered(Self.notAllowed("POST"))
    }

    /// The one decoded segment between two fixed parts of a path; nil when the path is another.
    private static func between(_ start: String, _ end: String, in path: String) -> String? {
        let (bytes, count) = (Array(path.utf8), start.utf8.count + end.utf8.count)
        guard bytes.count > count, bytes.starts(with: start.utf8), bytes.suffix(end.utf8.count).elementsEqual(end.utf8)
        else { return nil }
        let segment = bytes[start.utf8.count..<(bytes.count - end.utf8.count)]
        guard !segment.contains(UInt8(ascii: "/")), !segment.contains(UInt8(ascii: "+")) else { return nil }
        return FormText.decode(segment)
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
