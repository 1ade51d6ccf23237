import MandateCore
import Synchronization

/// How many tokens count towards the policies' rates, shared by all threads: loops read, the writer alone adds.
final class RateTable: Sendable {
    private struct Step {
        /// When its tokens stop counting, in milliseconds.
        let expiry: Int64
        var tokens: Int64
    }

    /// The steps of each counter, the first to expire first.
    private let counters = Mutex<[String: [Step]]>([:])

    /// A client can make counters by naming tasks. Beyond this many there is no room for others, and what cannot be counted is
    /// over every limit.
    private let capacity: Int

    init(capacity: Int = 200_000) {
        self.capacity = capacity
    }

    /// How many tokens of `counter` count at `now`; `.max` for one that there is no room for.
    func tokens(of counter: RateCounter, at now: Instant) -> Int64 {
        counters.withLock { counters in
            guard let steps = counters[counter.name] else { return counters.count < capacity ? 0 : .max }
            return steps.reduce(0) { $1.expiry > now.milliseconds ? $0 + $1.tokens : $0 }
        }
    }

    /// How long a step is kept when it no longer counts, in milliseconds: entries reach the writer a little out of the order
    /// of their times.
    static let grace: Int64 = 5000

    /// Counts one token; answers the step it is in, or nil when there is no room for the counter. After the clock was set
    /// back it is in the latest step there is.
    func add(to counter: RateCounter, at now: Instant) -> Int64? {
        counters.withLock { counters in
            if counters.count >= capacity, counters[counter.name] == nil { return nil }
            return Self.add(to: &counters[counter.name, default: []], counter, at: now)
        }
    }

    /// In place: the steps of a busy counter are many.
    private static func add(to steps: inout [Step], _ counter: RateCounter, at now: Instant) -> Int64 {
        let gone = steps.prefix { $0.expiry <= now.milliseconds - grace }.count
        if gone > 0 { steps.removeFirst(gone) }
        let expiry = max(counter.expiry(at: now), steps.last?.expiry ?? 0)
        if let last = steps.indices.last, steps[last].expiry == expiry {
            steps[last].tokens += 1
        } else {
            steps.append(Step(expiry: expiry, tokens: 1))
        }
        return expiry
    }

    /// Takes over what is on disk, in the order of expiry.
    func load(_ rows: [(counter: String, expiry: Int64, tokens: Int64)]) {
        var loaded: [String: [Step]] = [:]
        for row in rows { loaded[row.counter, default: []].append(Step(expiry: row.expiry, tokens: row.tokens)) }
        counters.withLock { $0 = loaded }
    }

    /// Forgets the counters that nothing counts towards any more.
    func prune(at now: Instant) {
        counters.withLock { counters in
            counters = counters.filter { ($0.value.last?.expiry ?? 0) > now.milliseconds - Self.grace }
        }
    }
}
