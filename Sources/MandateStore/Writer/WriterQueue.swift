import CoreMetrics
import Dispatch
import MandateCore
import Synchronization

/// What waits for the writer: bounded, with a lane of its own for administration.
final class WriterQueue: Sendable {
    /// Entries of one event-loop tick, released together.
    struct Batch: Sendable {
        let entries: [LedgerEntry]
        let release: @Sendable ([LedgerOutcome]) -> Void
    }

    /// A change by an operator. It runs on the writer's connection, outside any transaction.
    typealias Change = @Sendable (WriterConnection) -> Void

    struct Work {
        var changes: [Change] = []
        var batches: [Batch] = []
        var probes: [@Sendable (Bool) -> Void] = []
        var entries = 0
        var stopped = false

        var isEmpty: Bool { changes.isEmpty && batches.isEmpty && probes.isEmpty }
    }

    /// The most records that may wait; at the measured rate this is a fraction of a second of work.
    private static let capacity = 8192
    private static let probeCapacity = 256

    private let waiting = Mutex(Work())
    private let wake = DispatchSemaphore(value: 0)
    /// Shows how many entries wait.
    private let shown: Meter

    init(waiting: Meter) {
        shown = waiting
    }

    /// Whether the work was taken; when not, the caller answers at once.
    func add(_ batch: Batch) -> Bool {
        add { work in
            guard work.entries + batch.entries.count <= Self.capacity else { return false }
            work.entries += batch.entries.count
            shown.set(work.entries)
            work.batches.append(batch)
            return true
        }
    }

    func add(_ change: @escaping Change) -> Bool {
        add { work in
            work.changes.append(change)
            return true
        }
    }

    func add(probe: @escaping @Sendable (Bool) -> Void) -> Bool {
        add { work in
            guard work.probes.count < Self.probeCapacity else { return false }
            work.probes.append(probe)
            return true
        }
    }

    func stop() {
        waiting.withLock { $0.stopped = true }
        wake.signal()
    }

    /// Waits until there is work, or until `deadline`, and takes all of it.
    func take(until deadline: ContinuousClock.Instant? = nil) -> Work {
        if let deadline {
            _ = wake.wait(timeout: .now() + .nanoseconds(Self.nanoseconds(until: deadline)))
        } else {
            wake.wait()
        }
        return waiting.withLock { work in
            let taken = work
            work = Work(stopped: taken.stopped)
            if taken.entries > 0 { shown.set(0) }
            return taken
        }
    }

    private static func nanoseconds(until deadline: ContinuousClock.Instant) -> Int {
        let (seconds, attoseconds) = (deadline - .now).components
        guard (0..<3600).contains(seconds), attoseconds >= 0 else {
            return seconds < 0 || attoseconds < 0 ? 0 : 3_600_000_000_000
        }
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    private func add(_ change: (inout Work) -> Bool) -> Bool {
        let (taken, first) = waiting.withLock { work in
            guard !work.stopped else { return (false, false) }
            let first = work.isEmpty
            let taken = change(&work)
            return (taken, first && taken)
        }
        if first { wake.signal() }
        return taken
    }
}
