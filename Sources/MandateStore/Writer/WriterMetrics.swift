import CoreMetrics

/// What the writer shows of its work.
struct WriterMetrics: Sendable {
    let queue: Meter
    let batch: Recorder
    private let commit: CoreMetrics.Timer

    init(_ factory: any MetricsFactory) {
        queue = Meter(label: "mandate_ledger_queue_entries", factory: factory)
        batch = Recorder(label: "mandate_ledger_batch_records", aggregate: true, factory: factory)
        commit = CoreMetrics.Timer(label: "mandate_ledger_commit_seconds", factory: factory)
    }

    func committed(since start: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        commit.recordNanoseconds(Int64(clamping: seconds) &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
