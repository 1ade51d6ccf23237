/// Counts refusals of agents that have used up a quota, so that a runaway agent cannot fill the disk: for each agent and
/// audience the first is a record at once and all that follow in a minute are one record.
public struct QuotaTally: Sendable {
    private struct Key: Hashable {
        let agent: AgentID
        let audience: AudienceID
    }

    private struct Count {
        var since: Instant
        let agent: Agent?
        var refusals: Int64 = 0
        var sources: Set<String> = []

        mutating func add(_ more: Int64, from addresses: [String]) {
            refusals += more
            for address in addresses where sources.count < sourceCapacity { sources.insert(address) }
        }
    }

    /// By agent and audience; nil for all for which there was no room.
    private var counts: [Key?: Count] = [:]
    /// How many pairs of agent and audience are told apart.
    static let capacity = 4096
    private static let sourceCapacity = 8
    private static let minute: Int64 = 60

    public init() {}

    /// Takes note of a refusal; whether it is the first, which is recorded by itself.
    public mutating func isFirst(_ record: LedgerRecord, at audience: AudienceID) -> Bool {
        let key = key(record.client?.agent.id, audience)
        guard var count = counts[key] else {
            counts[key] = Count(since: record.at, agent: key == nil ? nil : record.client?.agent)
            return true
        }
        count.add(1, from: record.source.map { [$0.address] } ?? [])
        counts[key] = count
        return false
    }

    /// Counts again what a total said that could not be written.
    public mutating func giveBack(_ record: LedgerRecord) {
        let key = key(record.agent?.id, record.audience.flatMap { AudienceID($0) })
        var count = counts[key] ?? Count(since: record.at, agent: key == nil ? nil : record.agent)
        count.add(record.failures ?? 0, from: record.sources ?? [])
        counts[key] = count
    }

    /// The totals of the minutes that are over at `now`.
    public mutating func totals(at now: Instant) -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        for (key, count) in counts where now.seconds - count.since.seconds >= Self.minute {
            guard count.refusals > 0 else {
                counts[key] = nil
                continue
            }
            records.append(Self.total(count, at: key?.audience, now))
            counts[key] = Count(since: now, agent: count.agent)
        }
        return records
    }

    /// The totals of all minutes, over or not: what a stopping server still has to say.
    public mutating func remainder(at now: Instant) -> [LedgerRecord] {
        defer { counts.removeAll() }
        return counts.compactMap { key, count in
            count.refusals == 0 ? nil : Self.total(count, at: key?.audience, now)
        }
    }

    private func key(_ agent: AgentID?, _ audience: AudienceID?) -> Key? {
        guard let agent, let audience else { return nil }
        let key = Key(agent: agent, audience: audience)
        return counts.count < Self.capacity || counts[key] != nil ? key : nil
    }

    private static func total(_ count: Count, at audience: AudienceID?, _ now: Instant) -> LedgerRecord {
        var record = LedgerRecord(at: now, event: .tokenRefused)
        record.agent = count.agent
        record.audience = audience?.rawValue
        record.decision = .deny
        record.rule = "quota"
        record.reason = "quota_exceeded"
        record.failures = count.refusals
        record.sources = count.sources.sorted()
        return record
    }
}
