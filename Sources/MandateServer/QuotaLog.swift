import Logging
import MandateCore
import Synchronization

/// The tally of refusals for used-up quotas, shared by all loops; its totals go to the ledger and to the log.
final class QuotaLog: Sendable {
    private let tally = Mutex(QuotaTally())
    private let ledger: any Ledger
    private let logger: Logger

    init(ledger: any Ledger, logger: Logger) {
        self.ledger = ledger
        self.logger = logger
    }

    /// Takes note of a refusal; whether it is the first, which is recorded by itself.
    func isFirst(_ record: LedgerRecord, at audience: AudienceID) -> Bool {
        tally.withLock { $0.isFirst(record, at: audience) }
    }

    func writeTotals(at now: Instant) {
        write(tally.withLock { $0.totals(at: now) })
    }

    func writeRemainder(at now: Instant) {
        write(tally.withLock { $0.remainder(at: now) })
    }

    /// What could not be written counts on and is tried again with the next total.
    private func write(_ records: [LedgerRecord]) {
        guard !records.isEmpty else { return }
        ledger.append(records.map { LedgerEntry($0, effect: .none) }) { [self] outcomes in
            for (record, outcome) in zip(records, outcomes) {
                if outcome == .durable { say(record) } else { tally.withLock { $0.giveBack(record) } }
            }
        }
    }

    private func say(_ record: LedgerRecord) {
        var line: Logger.Metadata = [
            "reason": "\(record.reason ?? "-")", "status": "429", "count": "\(record.failures ?? 0)",
        ]
        if let agent = record.agent { line["client_id"] = "\(agent.id)" }
        if let audience = record.audience { line["audience"] = "\(audience)" }
        logger.info("refused", metadata: line)
    }
}
