import MandateCore

extension AdminAPI {
    func listKeys(_ call: Call) async throws(Problem) -> AdminResponse {
        let keys = try administration.reading { (reader) throws(Problem) in try reader.keys() }
        return .list(keys.map(\.json), next: nil)
    }

    func rotateKeys(_ call: Call) async throws(Problem) -> AdminResponse {
        .json(try await rotation.rotate(by: call.operatorName).json)
    }

    func revokeKey(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(KeyID.self, "kid")
        return .json(try await rotation.revoke(id, because: try call.reason(), by: call.operatorName).json)
    }
}
