import MandateCore

/// The endpoints that a client authenticates at: parse, and hand over to be judged. They decide nothing.
struct ClientEndpoint: Sendable {
    enum Parsed {
        case request(ClientRequest)
        case refused(Refusal)
        case answered(HTTPResponse)
    }

    let digests: any Digests

    /// `POST /oauth/token`.
    func token(_ request: HTTPRequest, from address: String) -> Parsed {
        parse(request) { (parameters) throws(Refusal) in
            .token(
                try TokenRequest(
                    parameters, authorization: request.authorization, retry: try retryKey(of: request),
                    address: address))
        }
    }

    /// `POST /oauth/introspect` (RFC 7662 §2.1).
    func introspection(_ request: HTTPRequest, from address: String) -> Parsed {
        parse(request) { (parameters) throws(Refusal) in
            .introspection(try question(parameters, request, address))
        }
    }

    /// `POST /oauth/revoke` (RFC 7009 §2.1).
    func revocation(_ request: HTTPRequest, from address: String) -> Parsed {
        parse(request) { (parameters) throws(Refusal) in .revocation(try question(parameters, request, address)) }
    }

    /// `POST /oauth/tasks/{id}/complete`. The body may be empty.
    func completion(_ request: HTTPRequest, of task: String, from address: String) -> Parsed {
        parse(request) { (parameters) throws(Refusal) in
            guard let task = TaskID(task) else { throw .malformedRequest(.taskID) }
            let credential = try ClientCredential(authorization: request.authorization, parameters: parameters)
            return .completion(TaskCompletion(credential: credential, task: task, address: address))
        }
    }

    private func question(
        _ parameters: Parameters, _ request: HTTPRequest, _ address: String
    ) throws(Refusal) -> TokenQuestion {
        let credential = try ClientCredential(authorization: request.authorization, parameters: parameters)
        guard let token = parameters["token"] else { throw .malformedRequest(.tokenMissing) }
        return TokenQuestion(credential: credential, token: Array(token.utf8), address: address)
    }

    private func retryKey(of request: HTTPRequest) throws(Refusal) -> RetryKey? {
        guard let text = request.idempotencyKey else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformedRequest(.retryKey)
        }
        return RetryKey(text: text, body: try digests.sha256(request.body))
    }

    private func parse(
        _ request: HTTPRequest, _ typed: (Parameters) throws(Refusal) -> ClientRequest
    ) -> Parsed {
        do throws(Refusal) {
            if request.body.isEmpty, request.contentType == nil { return .request(try typed(Parameters())) }
            guard let parameters = try Parameters(request.body, contentType: request.contentType) else {
                return .answered(Self.unsupportedContentType)
            }
            return .request(try typed(parameters))
        } catch {
            return .refused(error)
        }
    }

    private static let unsupportedContentType = OAuthError.response(
        status: 415, code: "invalid_request",
        description: "send application/x-www-form-urlencoded, or application/json with the same parameters",
        reason: "unsupported_content_type", requestID: nil, fields: TokenResponse.noStore)
}
