import MandateCore

extension FakeEditor {
    func task(_ id: TaskID) -> TaskEntry? { state.tasks[id] }

    func tasks(_ filter: TaskFilter) -> [TaskEntry] {
        let found = state.tasks.values.sorted { $0.id < $1.id }.filter { task in
            (filter.after.map { $0 < task.id } ?? true) && (filter.status.map { $0 == task.status } ?? true)
        }
        return Array(found.prefix(filter.limit))
    }

    func links(of task: TaskID) -> [LinkEntry] { state.delegations.filter { $0.task == task.rawValue } }
    func chain(to hash: ChainHash) -> [LinkEntry] { chain { $0.link.hash == hash } }
    func chain(to token: UUIDv7) -> [LinkEntry] { chain { $0.tokenID == token.text } }

    func roots(of principal: Label) -> [LinkEntry] {
        state.delegations.filter {
            $0.parent == nil && $0.delegator == principal.rawValue && $0.status != .expired
        }
    }

    private func chain(_ isLast: (LinkEntry) -> Bool) -> [LinkEntry] {
        var chain: [LinkEntry] = []
        var next = state.delegations.first(where: isLast)
        while let link = next {
            chain.insert(link, at: 0)
            next = state.delegations.first { $0.link.number == link.parent }
        }
        return chain
    }

    func isRevoked(_ token: UUIDv7) -> Bool { state.revocations[.token(token.text)] != nil }
    func revocation(of principal: Label) -> Instant? { state.revokedPrincipals[principal] }

    func save(_ task: TaskEntry) { state.tasks[task.id] = task }
    func cut(task: TaskID) -> Cut { cut(task.rawValue) }
    func cut(link: Int64) -> Cut { cut(String(link)) }
    func cut(principal: Label) -> Cut { cut(principal.rawValue) }

    private func cut(_ what: String) -> Cut { state.cuts.removeValue(forKey: what) ?? Cut() }

    func revoke(_ revocation: Revocation, until expiry: Instant?) {
        state.revocations.updateValue(expiry, forKey: revocation)
    }

    func revoke(_ principal: Label) { state.revokedPrincipals[principal] = now }
    func reinstate(_ principal: Label) { state.revokedPrincipals[principal] = nil }
}
