import MandateCore

extension AdminAPI {
    func backUp(_ call: Call) async throws(Problem) -> AdminResponse {
        let request = try BackupRequest(try call.json())
        return .json(try await upkeep.backUp(to: request.file).json)
    }

    func archiveLedger(_ call: Call) async throws(Problem) -> AdminResponse {
        let request = try ArchiveRequest(try call.json())
        return .json(
            try await upkeep.archive(before: request.before, to: request.file, by: call.operatorName).json)
    }
}
