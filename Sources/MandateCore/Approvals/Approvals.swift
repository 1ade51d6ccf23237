/// Decides about requests that wait for a person.
public struct Approvals: Sendable {
    private let administration: any RegistryAdministration

    public init(administration: any RegistryAdministration) {
        self.administration = administration
    }

    /// The request may be carried out once, within what the decision leaves of it.
    public func approve(
        _ id: String, _ decision: WrittenDecision, by approver: Approver
    ) async throws(Problem) -> ApprovalEntry {
        try await administration.changing { (editor) throws(Problem) in
            try editor.decide(id, as: .approved, decision, by: approver)
        }
    }

    /// The request, and the same one again while it would have waited, is refused.
    public func deny(
        _ id: String, _ decision: WrittenDecision, by approver: Approver
    ) async throws(Problem) -> ApprovalEntry {
        try await administration.changing { (editor) throws(Problem) in
            try editor.decide(id, as: .denied, decision, by: approver)
        }
    }
}

extension RegistryReader {
    /// The approval with this id, or the problem that there is none.
    public func known(approval id: String) throws(Problem) -> ApprovalEntry {
        guard let approval = try approval(id) else { throw Problem(.notFound, "there is no approval \(quoted(id))") }
        return approval
    }
}

extension RegistryEditor {
    fileprivate func decide(
        _ id: String, as status: ApprovalEntry.Status, _ written: WrittenDecision, by approver: Approver
    ) throws(Problem) -> ApprovalEntry {
        let approval = try known(approval: id)
        // What was approved by mistake can be denied for as long as nobody has fetched the token.
        let mayBeDenied = status == .denied && approval.status(at: now) == .approved
        guard approval.status(at: now) == .pending || mayBeDenied else {
            throw Problem(.conflict, "this is not to be decided any more: " + approval.story(at: now))
        }
        try approver.check(on: approval, in: self)
        try written.check(against: approval.held.authority)
        let decision = ApprovalDecision(
            by: approver.name, at: now, reason: written.reason, scopes: written.scopes, lifetime: written.lifetime)
        let decided = approval.decided(status, decision)
        try save(decided: decided)
        try record(
            status == .approved ? .approvalApproved : .approvalDenied, decided.change(by: approver),
            of: try agent(approval.client)?.agent, by: approver.name
        ) { record in record.name(decided) }
        return decided
    }
}

extension ApprovalEntry {
    /// The same, decided. There is time at least to fetch what was approved.
    fileprivate func decided(_ status: Status, _ decision: ApprovalDecision) -> ApprovalEntry {
        ApprovalEntry(
            id: id, status: status, client: client, binding: binding, createdAt: createdAt,
            expiresAt: status == .approved
                ? max(expiresAt, decision.at.advanced(bySeconds: Self.grace)) : expiresAt,
            held: held, decision: decision)
    }

    /// What became of it.
    fileprivate func story(at now: Instant) -> String {
        let person = quoted(decision?.by ?? "somebody")
        let time = (decision?.at).map { " at \($0)" } ?? ""
        return switch status(at: now) {
        case .pending: "it waits"
        case .approved: "\(person) approved it\(time); until it is fetched it can be denied"
        case .denied: "\(person) denied it\(time)"
        case .used: "\(person) approved it\(time), and its token was fetched"
        case .expired where decision == nil: "nobody decided before \(expiresAt)"
        case .expired: "\(person) approved it\(time), and nobody fetched its token before \(expiresAt)"
        }
    }

    fileprivate func change(by approver: Approver) -> JSONValue {
        [
            "id": .string(id), "reason": .text(decision?.reason?.rawValue),
            "expires_in": decision?.lifetime.map { .integer($0) } ?? .null, "through": .string(approver.way),
        ]
    }
}

extension LedgerRecord {
    /// What was asked for, for whom, and what of it was decided.
    fileprivate mutating func name(_ approval: ApprovalEntry) {
        let held = approval.held
        if agent == nil { agentID = approval.client.rawValue }
        self.approval = approval.id
        principal = held.principal.rawValue
        taskID = held.task?.rawValue
        chain = held.path
        chainHash = held.basis.chainHash
        audience = held.authority.entries.map(\.audience.rawValue).joined(separator: " ")
        requested = held.authority.allScopes
        rule = held.rule
        if approval.status == .approved { granted = approval.decision?.scopes ?? requested }
    }
}
