import MandateCore
import Synchronization

/// The baselines of the agents that were given tokens last, shared by all threads: loops read, the writer alone notes.
///
/// Two halves: what was noted since the last turn, and what was noted before it and not since. A turn forgets the latter.
final class BaselineTable: Sendable {
    private struct Entry {
        var baseline: Baseline
        /// Whether it waits to be written.
        var isChanged: Bool
    }

    private struct Halves {
        var new: [AgentID: Entry] = [:]
        var old: [AgentID: Entry] = [:]

        mutating func note(_ agent: AgentID, _ observation: Observation, at now: Instant) -> Noted {
            if let known = new.index(forKey: agent) {
                new.values[known].baseline.note(observation.authority, worst: observation.worst, at: now)
                if new.values[known].isChanged { return .again }
                new.values[known].isChanged = true
                return .first
            }
            guard let entry = old.removeValue(forKey: agent) else { return .unknown }
            new[agent] = entry
            return note(agent, observation, at: now)
        }
    }

    /// What came of noting a token.
    enum Noted {
        /// It is the first since the agent's baseline was written.
        case first
        case again
        /// The agent has no baseline here.
        case unknown
    }

    private let halves = Mutex(Halves())

    /// What is known here of an agent; nil when that is nothing, which says nothing of what is on disk.
    func baseline(of agent: AgentID) -> Baseline? {
        halves.withLock { ($0.new[agent] ?? $0.old[agent])?.baseline }
    }

    /// Notes a token of an agent, its holder or who asked for it.
    func note(_ agent: AgentID, _ observation: Observation, at now: Instant) -> Noted {
        halves.withLock { $0.note(agent, observation, at: now) }
    }

    /// Takes over what is on disk.
    func load(_ baseline: Baseline, of agent: AgentID) {
        halves.withLock { $0.new[agent] = Entry(baseline: baseline, isChanged: false) }
    }

    /// What is to be written of an agent, which no longer waits.
    func leaving(_ agent: AgentID) -> Baseline? {
        halves.withLock { halves in
            if let known = halves.new.index(forKey: agent) {
                halves.new.values[known].isChanged = false
                return halves.new.values[known].baseline
            }
            guard let known = halves.old.index(forKey: agent) else { return nil }
            halves.old.values[known].isChanged = false
            return halves.old.values[known].baseline
        }
    }

    /// Forgets what was not noted since the last turn.
    func turn() {
        halves.withLock { halves in
            halves.old = halves.new
            halves.new = [:]
        }
    }

    /// How many agents were noted since the last turn, and are known in all.
    var counts: (new: Int, all: Int) { halves.withLock { ($0.new.count, $0.new.count + $0.old.count) } }
}
