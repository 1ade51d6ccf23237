import CoreMetrics
import MandateCore
import Synchronization

/// The tally of failures before authentication, shared by all loops; what it has to say goes to the ledger.
final class FailureLog: Sendable {
    private let tally = Mutex(FailureTally())
    private let ledger: any Ledger
    private let count: Counter

    init(ledger: any Ledger, metrics: any MetricsFactory) {
        self.ledger = ledger
        count = Counter(label: "mandate_authentication_failures_total", factory: metrics)
        count.increment(by: 0)
    }

    func note(_ refusal: Refusal, client: AgentID?, address: String, at now: Instant) {
        count.increment()
        if let first = tally.withLock({ $0.note(refusal, client: client, address: address, at: now) }) {
            append([first])
        }
    }

    func writeTotals(at now: Instant) {
        append(tally.withLock { $0.totals(at: now) })
    }

    func writeRemainder(at now: Instant) {
        append(tally.withLock { $0.remainder(at: now) })
    }

    /// What could not be written counts on and is tried again with the next total.
    private func append(_ records: [LedgerRecord]) {
        guard !records.isEmpty else { return }
        ledger.append(records.map { LedgerEntry($0, effect: .none) }) { [self] outcomes in
            for (record, outcome) in zip(records, outcomes) where outcome != .durable {
                tally.withLock { $0.giveBack(record) }
            }
        }
    }
}
