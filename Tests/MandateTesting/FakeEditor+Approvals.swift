import MandateCore

extension FakeEditor {
    func approval(_ id: String) -> ApprovalEntry? { state.approvals.first { $0.id == id } }

    func approvals(_ filter: ApprovalFilter) -> ApprovalPage {
        let found = state.approvals.enumerated().reversed().filter { number, approval in
            Int64(number) < filter.before ?? .max && filter.client.map { $0 == approval.client } ?? true
                && filter.status.map { $0 == approval.status(at: now) } ?? true
        }
        let page = found.prefix(filter.limit)
        return ApprovalPage(
            entries: page.map(\.element), next: found.count > page.count ? page.last.map { Int64($0.offset) } : nil)
    }

    func pendingApprovals() -> Int64 { Int64(state.approvals.count { $0.status(at: now) == .pending }) }

    func save(decided approval: ApprovalEntry) {
        state.approvals = state.approvals.map { $0.id == approval.id ? approval : $0 }
    }
}
