/// Requests for a person's approval that come so thick that somebody will say yes: ten in ten minutes, new ones and those
/// that wait already, by one agent, or by several in the name of one principal.
struct ApprovalFatigue: DetectionRule {
    let detection = Detection.approvalFatigue
    private static let threshold: Int64 = 10
    private var byAgent = Repetition(threshold: threshold)
    private var forPrincipal = Repetition(threshold: threshold)

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard record.asksForApproval, let agent = record.agentID else { return nil }
        let ofAgent = byAgent.note(agent, record)
        let ofPrincipal = record.principal.flatMap { forPrincipal.note($0, record) }
        if let ofAgent { return Finding(detection, agent: agent, record, ofAgent) }
        // What one agent does alone is said of the agent.
        guard let ofPrincipal, byAgent.count(agent) < Self.threshold else { return nil }
        return Finding(detection, agent: agent, record, ofPrincipal)
    }

    mutating func recall(_ said: SaidFinding) {
        byAgent.recall(said.agentID, count: said.count, at: said.at)
        if let principal = said.principal { forPrincipal.recall(principal, count: said.count, at: said.at) }
    }
}
