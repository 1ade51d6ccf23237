import MandateCore

extension AdminAPI {
    /// Anybody can be a principal: who was never heard of is active.
    func showPrincipal(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(Label.self)
        let revokedAt = try administration.reading { (reader) throws(Problem) in try reader.revocation(of: id) }
        return .json([
            "id": .string(id.rawValue),
            "status": revokedAt == nil ? "active" : "revoked",
            "revoked_at": revokedAt.map { .string($0.description) } ?? .null,
        ])
    }

    func revokePrincipal(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(Label.self)
        return .json(try await principals.revoke(id, because: try call.reason(), by: call.operatorName).json)
    }

    func reinstatePrincipal(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(Label.self)
        return .json(try await principals.reinstate(id, because: try call.reason(), by: call.operatorName).json)
    }
}
