/// A token in the hands of somebody it was not given to: said at the first time.
struct PresenterMismatch: DetectionRule {
    let detection = Detection.presenterMismatch
    private var attempts = Repetition(threshold: 1)

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard record.isRefused(for: "presenter_mismatch"), let agent = record.agentID,
            let tally = attempts.note(agent, record)
        else { return nil }
        return Finding(detection, agent: agent, record, tally)
    }

    mutating func recall(_ said: SaidFinding) {
        attempts.recall(said.agentID, count: said.count, at: said.at)
    }
}
