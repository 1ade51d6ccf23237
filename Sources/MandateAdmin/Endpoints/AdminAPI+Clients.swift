import MandateCore

extension AdminAPI {
    /// Dynamic client registration (RFC 7591 §3). What is wrong with the metadata is told in the RFC's words.
    func registerClient(_ call: Call) async throws(Problem) -> AdminResponse {
        let registration = ClientRegistration(changes: changes, secrets: secrets, random: random)
        do {
            let client = try await registration.register(try call.json(), by: call.operatorName)
            return AdminResponse(
                status: 201, headers: [("Location", "/v1/agents/\(client.id)")], body: client.json.canonical)
        } catch {
            switch error.kind {
            case .invalid, .conflict: return .invalidMetadata(error)
            case .notFound, .unauthorized, .forbidden, .unavailable: throw error
            }
        }
    }
}

extension AdminResponse {
    /// RFC 7591 §3.2.2.
    fileprivate static func invalidMetadata(_ problem: Problem) -> AdminResponse {
        let description = [problem.field, problem.detail].compactMap { $0 }.joined(separator: ": ")
        return .json(
            ["error": "invalid_client_metadata", "error_description": .string(description)], status: 400)
    }
}
