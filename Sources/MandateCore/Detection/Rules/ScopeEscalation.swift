/// An agent that tries again and again for more than it may have: five refusals over scopes in ten minutes.
struct ScopeEscalation: DetectionRule {
    let detection = Detection.scopeEscalation
    private var attempts = Repetition(threshold: 5)

    private static let reasons: [StaticString] = [
        "exceeds_capability", "exceeds_delegation", "exceeds_class", "scope_unknown",
    ]

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard Self.reasons.contains(where: { record.isRefused(for: $0) }), let agent = record.agentID,
            let tally = attempts.note(agent, record)
        else { return nil }
        return Finding(detection, agent: agent, record, tally)
    }

    mutating func recall(_ said: SaidFinding) {
        attempts.recall(said.agentID, count: said.count, at: said.at)
    }
}

extension Finding {
    /// What was repeated.
    init(_ detection: Detection, agent: String, _ record: ObservedRecord, _ tally: Repetition.Tally) {
        self.init(
            detection, agent: agent, record, count: tally.count, window: Repetition.window, records: tally.records)
    }
}
