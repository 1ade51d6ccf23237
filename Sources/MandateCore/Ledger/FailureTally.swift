/// Counts failures before authentication, so that nobody outside can fill the disk: for each client id, or `unknown`,
/// the first failure is a record at once and all that follow in a minute are one record.
public struct FailureTally: Sendable {
    private struct Count {
        var since: Instant
        var failures: Int64 = 0
        var sources: Set<String> = []
        var reasons: Set<String> = []
    }

    private var counts: [AgentID?: Count] = [:]
    /// How many clients are told apart; failures of further ones count as `unknown`.
    private static let capacity = 256
    private static let sourceCapacity = 8
    private static let minute: Int64 = 60
    private static let unknown = "unknown"

    public init() {}

    /// Takes note of a failure; the record when it is the first.
    public mutating func note(
        _ refusal: Refusal, client: AgentID?, address: String, at now: Instant
    ) -> LedgerRecord? {
        let key = counts.count < Self.capacity || counts[client] != nil ? client : nil
        guard var count = counts[key] else {
            counts[key] = Count(since: now)
            return record(key, failures: 1, sources: [address], reasons: [refusal.reason], at: now)
        }
        count.failures += 1
        if count.sources.count < Self.sourceCapacity { count.sources.insert(address) }
        count.reasons.insert(refusal.reason)
        counts[key] = count
        return nil
    }

    /// Counts again what a record said that could not be written.
    public mutating func giveBack(_ record: LedgerRecord) {
        let client = record.agentID.flatMap { AgentID($0) }.flatMap { $0.rawValue == Self.unknown ? nil : $0 }
        let key = counts.count < Self.capacity || counts[client] != nil ? client : nil
        var count = counts[key] ?? Count(since: record.at)
        count.failures += record.failures ?? 0
        for source in record.sources ?? [] where count.sources.count < Self.sourceCapacity {
            count.sources.insert(source)
        }
        if let reason = record.reason { count.reasons.insert(reason) }
        counts[key] = count
    }

    /// The totals of the minutes that are over at `now`.
    public mutating func totals(at now: Instant) -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        for (client, count) in counts where now.seconds - count.since.seconds >= Self.minute {
            guard count.failures > 0 else {
                counts[client] = nil
                continue
            }
            records.append(
                record(client, failures: count.failures, sources: count.sources, reasons: count.reasons, at: now))
            counts[client] = Count(since: now)
        }
        return records
    }

    /// The totals of all minutes, over or not: what a stopping server still has to say.
    public mutating func remainder(at now: Instant) -> [LedgerRecord] {
        defer { counts.removeAll() }
        return counts.compactMap { client, count in
            count.failures == 0
                ? nil
                : record(client, failures: count.failures, sources: count.sources, reasons: count.reasons, at: now)
        }
    }

    private func record(
        _ client: AgentID?, failures: Int64, sources: Set<String>, reasons: Set<String>, at now: Instant
    ) -> LedgerRecord {
        var record = LedgerRecord(at: now, event: .authenticationFailed)
        record.agentID = client?.rawValue ?? Self.unknown
        record.decision = .deny
        record.rule = "authentication"
        record.reason = reasons.count == 1 ? reasons.first : "several"
        record.failures = failures
        record.sources = sources.sorted()
        return record
    }
}
