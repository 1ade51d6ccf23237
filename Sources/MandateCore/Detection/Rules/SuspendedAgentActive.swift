/// Somebody uses the name of an agent after it was suspended or decommissioned: said at the first time.
///
/// A stopped agent is told no more than a stranger, so its attempts are failures of authentication.
struct SuspendedAgentActive: DetectionRule {
    let detection = Detection.suspendedAgentActive
    private let stopped: (AgentID) -> Instant?
    private var attempts = Repetition(threshold: 1)

    init(stopped: @escaping (AgentID) -> Instant?) {
        self.stopped = stopped
    }

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard record.event == .authenticationFailed, let agent = record.agentID, let id = AgentID(agent),
            let since = stopped(id), record.at >= since,
            let tally = attempts.note(agent, record, times: record.failures)
        else { return nil }
        return Finding(detection, agent: agent, record, tally)
    }

    mutating func recall(_ said: SaidFinding) {
        attempts.recall(said.agentID, count: said.count, at: said.at)
    }
}
