/// An agent that builds chains deeper than anybody allows: three refusals in ten minutes.
struct ChainTooDeep: DetectionRule {
    let detection = Detection.chainTooDeep
    private var attempts = Repetition(threshold: 3)

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard record.isRefused(for: "depth_exceeded"), let agent = record.agentID,
            let tally = attempts.note(agent, record)
        else { return nil }
        return Finding(detection, agent: agent, record, tally)
    }

    mutating func recall(_ said: SaidFinding) {
        attempts.recall(said.agentID, count: said.count, at: said.at)
    }
}
