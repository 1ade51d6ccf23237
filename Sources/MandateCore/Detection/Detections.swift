/// All rules over the ledger. Fed its records in order, it answers findings; the same records give the same findings.
public struct Detections {
    private var rules: [any DetectionRule]

    /// - Parameter stopped: Since when an agent is suspended or decommissioned, itself or by its type; nil when it is
    ///   not, or nobody knows it.
    public init(stopped: @escaping (AgentID) -> Instant?) {
        rules = [
            ScopeEscalation(), PresenterMismatch(), UnusualAudience(), ChainTooDeep(),
            SuspendedAgentActive(stopped: stopped), ApprovalFatigue(),
        ]
    }

    /// What there is to say now that this record is there. Findings give no occasion for findings.
    public mutating func observe(_ record: ObservedRecord) -> [Finding] {
        switch record.event {
        case .raised, .other: return []
        case .issued, .refused, .approvalRequested, .authenticationFailed: break
        }
        var findings: [Finding] = []
        for index in rules.indices {
            if let finding = rules[index].observe(record) { findings.append(finding) }
        }
        return findings
    }

    /// The same for a record that was dealt with before: what there was to say was said.
    public mutating func recall(_ record: ObservedRecord) {
        guard case .raised = record.event else {
            _ = observe(record)
            return
        }
        guard let change = record.change, let name = change["detection"]?.string, let agent = record.agentID else {
            return
        }
        let said = SaidFinding(
            agentID: agent, principal: record.principal, audience: record.audience,
            count: change["count"]?.integer ?? 1, at: record.at)
        for index in rules.indices where rules[index].detection.rawValue == name { rules[index].recall(said) }
    }
}

/// One thing that the ledger is watched for. Its memory is bounded, its clock is that of the records.
protocol DetectionRule {
    var detection: Detection { get }
    mutating func observe(_ record: ObservedRecord) -> Finding?
    mutating func recall(_ said: SaidFinding)
}

/// A finding that is in the ledger already.
struct SaidFinding {
    let agentID: String
    let principal: String?
    let audience: String?
    let count: Int64
    let at: Instant
}
