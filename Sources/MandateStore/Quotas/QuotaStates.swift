import MandateCore
import Synchronization

/// What is left of every quota, shared by all threads: loops take, the writer writes it down.
///
/// A quota that nothing is missing from takes no memory.
public final class QuotaStates: QuotaTable {
    struct Key: Hashable, Sendable {
        let agent: AgentID
        let audience: AudienceID
    }

    /// One row, as it is kept on disk.
    struct Row: Hashable, Sendable {
        let key: Key
        /// When nothing will be missing any more.
        let wholeAt: Instant
    }

    private enum Entry {
        /// As it was on disk; the quota is known when it is asked for.
        case loaded(wholeAt: Instant)
        case kept(QuotaState)

        var wholeAt: Instant {
            switch self {
            case .loaded(let wholeAt): wholeAt
            case .kept(let state): state.wholeAt
            }
        }

        func state(of quota: Quota, at now: Instant) -> QuotaState {
            switch self {
            case .loaded(let wholeAt): QuotaState(quota, wholeAt: wholeAt, at: now)
            case .kept(let state): state.under(quota)
            }
        }
    }

    private struct Table {
        var entries: [Key: Entry] = [:]
        /// What is not on disk as it is here. It grows by what is in flight: whoever takes brings a record too.
        var changed: Set<Key> = []
    }

    private let table = Mutex(Table())
    private let now: @Sendable () -> Instant

    /// `now` is asked under the lock, so that threads see one order of time.
    init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    public func take(from quotas: [Quotas.Entry], for agent: AgentID) throws(Refusal) {
        let refusal = table.withLock { table in Self.take(from: quotas, for: agent, in: &table, at: now()) }
        if let refusal { throw refusal }
    }

    private static func take(
        from quotas: [Quotas.Entry], for agent: AgentID, in table: inout Table, at now: Instant
    ) -> Refusal? {
        var refusal: Refusal?
        var states: [(key: Key, state: QuotaState)] = []
        for entry in quotas {
            let key = Key(agent: agent, audience: entry.audience)
            var state = table.entries[key]?.state(of: entry.quota, at: now) ?? QuotaState(entry.quota, at: now)
            if let seconds = state.wait(at: now), refusal == nil {
                refusal = .quotaExceeded(entry.audience, retryAfter: seconds)
            }
            states.append((key, state))
        }
        for (key, state) in states {
            var state = state
            if refusal == nil {
                state.take()
                table.changed.insert(key)
            }
            // Also of who is refused: from here on time brings something back, whatever the clock said before.
            table.entries[key] = .kept(state)
        }
        return refusal
    }

    /// Takes over what is on disk.
    func load(_ rows: [Row]) {
        table.withLock { table in
            for row in rows { table.entries[row.key] = .loaded(wholeAt: row.wholeAt) }
        }
    }

    /// What changed since the last call.
    func changes() -> [Row] {
        table.withLock { table in
            defer { table.changed.removeAll(keepingCapacity: table.changed.count < 4096) }
            return table.changed.compactMap { key in
                table.entries[key].map { Row(key: key, wholeAt: $0.wholeAt) }
            }
        }
    }

    /// Takes back what could not be written, to be written next time.
    func giveBack(_ rows: [Row]) {
        table.withLock { $0.changed.formUnion(rows.map(\.key)) }
    }

    /// Forgets the quotas that nothing is missing from; answers the time it went by.
    func prune() -> Instant {
        table.withLock { table in
            let now = now()
            let changed = table.changed
            table.entries = table.entries.filter { key, entry in entry.wholeAt > now || changed.contains(key) }
            return now
        }
    }

    /// How many quotas something is missing from, as far as anybody looked.
    var count: Int { table.withLock { $0.entries.count } }
}
