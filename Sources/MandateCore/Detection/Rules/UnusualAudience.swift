/// An agent of settled habits that turns to an audience it has not used before: said once an audience. When it asks for
/// one that it holds nothing at, or that is not there, the record does not name it; that is said like a repetition.
///
/// Habits are remembered of the agents that were active last; an agent that uses very many audiences has none.
struct UnusualAudience: DetectionRule {
    fileprivate struct Habit {
        var issued = 0
        var audiences: [String] = []
        var latest: Int64 = 0
    }

    let detection = Detection.unusualAudience
    /// How many tokens make a habit.
    static let settled = 20
    private static let mostAudiences = 32
    static let capacity = 8192

    private var habits: [String: Habit] = [:]
    private var strayings = Repetition(threshold: 1)

    mutating func observe(_ record: ObservedRecord) -> Finding? {
        guard record.event == .issued || record.event == .refused, let agent = record.agentID else { return nil }
        if record.isRefused(for: "audience_not_held") || record.isRefused(for: "audience_unknown") {
            guard let habit = habits[agent], habit.issued >= Self.settled, let tally = strayings.note(agent, record)
            else { return nil }
            return Finding(detection, agent: agent, record, tally)
        }
        guard let audience = record.audience else { return nil }
        // A refusal is no use, so it makes no habit.
        guard record.event == .issued || habits[agent] != nil else { return nil }
        makeRoom(for: agent)
        var unusual: [String] = []
        habits[agent, default: Habit()].turn(
            to: audience, isUse: record.event == .issued, at: record.sequence, unusual: &unusual)
        guard !unusual.isEmpty else { return nil }
        return Finding(
            detection, agent: agent, record, audience: unusual.joined(separator: " "), records: [record.sequence])
    }

    mutating func recall(_ said: SaidFinding) {
        guard let audience = said.audience else {
            strayings.recall(said.agentID, count: said.count, at: said.at)
            return
        }
        makeRoom(for: said.agentID)
        habits[said.agentID, default: Habit()].know(audience)
    }

    private mutating func makeRoom(for agent: String) {
        guard habits.count >= Self.capacity, habits[agent] == nil else { return }
        let newest = habits.sorted { $0.value.latest > $1.value.latest }.prefix(Self.capacity / 8 * 7)
        habits = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}

extension UnusualAudience.Habit {
    fileprivate mutating func turn(to audience: String, isUse: Bool, at sequence: Int64, unusual: inout [String]) {
        latest = sequence
        let isSettled = issued >= UnusualAudience.settled
        if isUse, !isSettled { issued += 1 }
        if audiences.contains(audience) { return }
        for one in audience.split(separator: " ").map(String.init) where !audiences.contains(one) {
            if isSettled, audiences.count < UnusualAudience.mostAudiences { unusual.append(one) }
            if isSettled || isUse { know(one) }
        }
    }

    fileprivate mutating func know(_ audience: String) {
        for one in audience.split(separator: " ").map(String.init) where !audiences.contains(one) {
            if audiences.count < UnusualAudience.mostAudiences { audiences.append(one) }
        }
    }
}
