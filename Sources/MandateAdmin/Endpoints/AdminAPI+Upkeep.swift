import MandateCore

extension AdminAPI {
    func backUp(_ call: Call) async throws(Problem) -> AdminResponse {
        let request = try BackupRequest(try call.json())
        return .json(try await upkeep.backUp(to: request.file).json)
    }
}
