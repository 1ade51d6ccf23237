import MandateCore

/// Turns what waits into transactions: changes one by one, records in groups.
final class GroupCommit {
    private let connection: WriterConnection
    private let liveTokens: LiveTokens
    private let clientUses: ClientUses
    private let issuances: IssuanceWriter
    private let rates: RateWriter
    private let approvals: ApprovalWriter
    private let quotas: QuotaWriter
    private let baselines: BaselineWriter
    private let metrics: WriterMetrics
    private let report: @Sendable (String) -> Void
    /// When a group was last committed; nil when the last one failed.
    private var lastCommit: ContinuousClock.Instant?
    /// Whether the last attempt to write a checkpoint alone failed.
    private var isUnsigned = false
    /// How far behind the last record the clock may be, in milliseconds.
    private static let clockTolerance: Int64 = 5000

    init(
        _ connection: WriterConnection, rates: RateTable, quotas: QuotaStates, baselines: BaselineTable,
        metrics: WriterMetrics,
        report: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        self.connection = connection
        self.metrics = metrics
        liveTokens = try LiveTokens(connection.connection)
        clientUses = try ClientUses(connection.connection)
        issuances = try IssuanceWriter(connection.connection)
        self.rates = try RateWriter(connection.connection, table: rates)
        try self.rates.begin()
        approvals = try ApprovalWriter(connection.connection)
        self.quotas = try QuotaWriter(connection.connection, states: quotas)
        self.baselines = try BaselineWriter(connection.connection, table: baselines, report: report)
        self.report = report
    }

    /// Works until the queue is stopped and empty.
    func run(_ queue: WriterQueue) {
        while true {
            let work = queue.take(
                until: [connection.checkpoints?.deadline, baselines.deadline].compactMap(\.self).min())
            for change in work.changes { change(connection) }
            commit(work.batches)
            if !work.probes.isEmpty {
                let healthy = probe()
                for answer in work.probes { answer(healthy) }
            }
            keepBaselines(isLast: work.stopped)
            cover(isLast: work.stopped)
            copyLog()
            if work.stopped { return }
        }
    }

    private func commit(_ batches: [WriterQueue.Batch]) {
        guard !batches.isEmpty else { return }
        do {
            let outcomes = try connection.transaction { () throws(StoreError) in
                try write(batches)
            } failing: {
                $0
            }
            baselines.noteGiven()
            for (batch, outcomes) in zip(batches, outcomes) { batch.release(outcomes) }
            metrics.batch.record(batches.reduce(0) { $0 + $1.entries.count })
            lastCommit = .now
        } catch {
            lastCommit = nil
            report("the ledger cannot be written: \(error)")
            liveTokens.forget()
            clientUses.forget()
            quotas.forget()
            rates.forget()
            baselines.dropGiven()
            for batch in batches {
                batch.release(batch.entries.map { _ in .refused(.unavailable(.ledger)) })
            }
        }
    }

    /// Writes down what waited long enough to be remembered of agents; at the end, all of it.
    private func keepBaselines(isLast: Bool) {
        while baselines.isDue(isLast: isLast) {
            do {
                try connection.transaction { () throws(StoreError) in
                    try baselines.write()
                } failing: {
                    $0
                }
                baselines.wrote()
            } catch {
                baselines.writeLater()
                return report("what agents are used to cannot be written: \(error)")
            }
            if !isLast { return }
        }
    }

    /// Signs what no checkpoint covers when it has waited long enough, or when nothing comes any more.
    private func cover(isLast: Bool) {
        guard let checkpoints = connection.checkpoints else { return }
        let size = connection.tree.size
        guard isLast ? checkpoints.hasUncovered(size: size) : checkpoints.isDue(size: size, at: .now) else { return }
        connection.isClosing = isLast
        do {
            try connection.transaction { () throws(StoreError) in
            } failing: {
                $0
            }
            isUnsigned = false
        } catch {
            checkpoints.postpone()
            if !isUnsigned { report("no checkpoint of the ledger can be written: \(error)") }
            isUnsigned = true
        }
    }

    /// A log that cannot be copied now is copied later; what is in it is durable.
    private func copyLog() {
        do {
            try connection.checkpointWhenDue()
        } catch {
            report("the write-ahead log cannot be copied into the database: \(error)")
        }
    }

    private func write(_ batches: [WriterQueue.Batch]) throws(StoreError) -> [[LedgerOutcome]] {
        try rates.begin()
        var outcomes: [[LedgerOutcome]] = []
        outcomes.reserveCapacity(batches.count)
        for batch in batches {
            var ofBatch: [LedgerOutcome] = []
            ofBatch.reserveCapacity(batch.entries.count)
            for entry in batch.entries { ofBatch.append(try write(entry)) }
            outcomes.append(ofBatch)
        }
        try liveTokens.flush(at: connection.head.at)
        try clientUses.flush()
        try quotas.flush(at: connection.head.at)
        try rates.flush(at: connection.head.at)
        try issuances.prune(at: connection.head.at)
        try approvals.prune(at: connection.head.at)
        return outcomes
    }

    private func write(_ entry: LedgerEntry) throws(StoreError) -> LedgerOutcome {
        var outcome = LedgerOutcome.durable
        switch entry.effect {
        case .none: break
        case .progress(let consumer, let sequence):
            try connection.note(consumer, at: sequence)
        case .token(let epoch, let link, let expiry):
            guard epoch == connection.epoch else { return .judgeAgain }
            guard isClockRight(at: entry.at) else { return .refused(.unavailable(.clockWentBackwards)) }
            liveTokens.add(link: link, expiry: expiry)
        case .issuance(let grounds, let writes):
            guard connection.holds(grounds), rates.hold(writes.rates, at: entry.at),
                try issuances.isFree(writes, at: entry.at), try approvals.isOpen(writes.approval, at: entry.at)
            else { return .judgeAgain }
            guard isClockRight(at: entry.at) else { return .refused(.unavailable(.clockWentBackwards)) }
            rates.add(writes.rates, at: entry.at)
            if let use = writes.approval { try approvals.write(use, at: entry.at) }
            let link = try issuances.write(writes, at: entry.at)
            if let expiry = writes.token?.expiry, let link { liveTokens.add(link: link, expiry: expiry) }
        case .hold(let approval):
            guard approval.epoch == connection.epoch, try approvals.isNew(approval, at: entry.at) else {
                return .judgeAgain
            }
            try approvals.write(approval)
        case .revocation(let revocation, let expiry, let agent):
            guard let cut = try connection.end(revocation, until: expiry, by: agent, at: entry.at) else {
                return .cut(Cut())
            }
            outcome = .cut(cut)
        }
        if let use = entry.use { clientUses.note(use, at: entry.at) }
        if let observation = entry.observation { baselines.give(observation, at: entry.at) }
        if let record = entry.record { try connection.append(record, at: entry.at) }
        return outcome
    }

    private func isClockRight(at time: Instant) -> Bool {
        time.milliseconds >= connection.head.at.milliseconds - Self.clockTolerance
    }

    /// Whether a record could be appended now: one was a moment ago, or writing where records go works.
    private func probe() -> Bool {
        if let lastCommit, ContinuousClock.now - lastCommit < .seconds(1) { return true }
        do {
            try connection.transaction { () throws(StoreError) in
                try connection.rehearse()
            } failing: {
                $0
            }
            lastCommit = .now
            return true
        } catch {
            lastCommit = nil
            report("the ledger cannot be written: \(error)")
            return false
        }
    }
}
