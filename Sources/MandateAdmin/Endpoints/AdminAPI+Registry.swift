import MandateCore

extension AdminAPI {
    func applyRegistry(_ call: Call) async throws(Problem) -> AdminResponse {
        let (isDryRun, prune) = (try call.flag("dry_run"), try call.flag("prune"))
        let document = try RegistryDocument(try call.json())
        try refuseNewFiles(document.keyFiles, of: call)
        if isDryRun { return .json(try changes.plan(document, prune: prune).json) }
        return .json(try await changes.apply(document, prune: prune, by: call.operatorName).json)
    }

    /// Which key signs with which algorithm; that it can be told means that the registry answers.
    func showStatus(_ call: Call) async throws(Problem) -> AdminResponse {
        let keys = try administration.reading { (reader) throws(Problem) in try reader.keys() }
        let active = keys.filter { $0.state == .active }
        return .json([
            "status": "ok",
            "signing_keys": .object(
                active.map { JSONMember(name: $0.algorithm.rawValue, value: .string($0.id.rawValue)) }),
        ])
    }
}
