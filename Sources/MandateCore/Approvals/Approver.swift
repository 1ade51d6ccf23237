/// Who decides about a request that waits.
public struct Approver: Hashable, Sendable {
    /// The person; nil for an operator who decides without naming one.
    let person: Label?
    /// How the decision came here, as the ledger names it.
    let way: String
    /// The agents through whose hands it came.
    let agents: [AgentID]

    /// Whoever can open the Unix socket, and the person who decided when that is somebody else.
    public static func operatorNamed(_ name: String, person: Label?) -> Approver {
        Approver(person: person, way: name, agents: [])
    }

    /// The person behind an administrator's token.
    public static func administrator(_ administrator: Administrator) -> Approver {
        Approver(person: administrator.principal, way: administrator.name, agents: administrator.chain)
    }

    /// The name in the decision.
    var name: String { person?.rawValue ?? way }

    /// Where the person is named in the request.
    private var field: String? { agents.isEmpty ? "by" : nil }
}

extension Approver {
    /// Refuses whoever asked, would hold the token or handed it on, every other agent, and who is not among the people that
    /// the rule names. An operator who names nobody decides as operator.
    func check(on approval: ApprovalEntry, in reader: some RegistryReader) throws(Problem) {
        let held = approval.held
        let requesters = Set([approval.client.rawValue] + held.path.dropFirst())
        if let agent = agents.first(where: { requesters.contains($0.rawValue) }) {
            throw Problem(
                .forbidden,
                "agent \(agent) asked for this, or would have a part in it: the decision must come through another")
        }
        guard let person else { return }
        if let agent = AgentID(person.rawValue), try reader.agent(agent) != nil || requesters.contains(agent.rawValue) {
            throw Problem(.forbidden, field: field, "\(quoted(person.rawValue)) is an agent: a person decides")
        }
        if held.approvers.isEmpty { return }
        let names = try held.names(of: held.approvers, in: reader)
        guard names.contains(person) else {
            throw Problem(
                .forbidden, field: field,
                "rule \(quoted(held.rule)) leaves this to \(names.map { quoted($0.rawValue) }.joined(separator: ", ")): "
                    + "\(quoted(person.rawValue)) is not among them")
        }
    }
}

extension HeldRequest {
    /// The people that a rule names: `owner` is that of the agent that would hold the token, as it is now, `principal` the
    /// one of the chain.
    func names(of approvers: [Label], in reader: some RegistryReader) throws(Problem) -> [Label] {
        var names: [Label] = []
        for approver in approvers {
            switch approver.rawValue {
            case "owner":
                guard let holder, let owner = try reader.agent(holder)?.agent.owner else { continue }
                names.append(owner)
            case "principal": names.append(principal)
            default: names.append(approver)
            }
        }
        return names
    }

    /// The agent that would hold the token.
    var holder: AgentID? { path.count > 1 ? path.last.flatMap { AgentID($0) } : nil }
}
