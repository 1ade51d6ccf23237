import CoreMetrics
import Foundation
import MandateCore

/// The one thread that writes. It commits what waits in groups: one fsync for all requests of a moment.
final class LedgerWriter: Sendable {
    private let queue: WriterQueue
    private let finished = DispatchSemaphore(value: 0)

    /// Starts the thread and waits until it has opened the database.
    init(
        path: String, digests: any Digests, rates: RateTable, quotas: QuotaStates, baselines: BaselineTable,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, report: @escaping @Sendable (String) -> Void
    ) throws(Problem) {
        let metrics = WriterMetrics(metrics)
        queue = WriterQueue(waiting: metrics.queue)
        let opened = DispatchSemaphore(value: 0)
        let failure = StartFailure()
        let thread = Thread { [queue, finished] in
            do throws(StoreError) {
                let connection = try WriterConnection(path: path, digests: digests, metrics: metrics)
                let commits = try GroupCommit(
                    connection, rates: rates, quotas: quotas, baselines: baselines, metrics: metrics, report: report)
                opened.signal()
                commits.run(queue)
            } catch {
                failure.set(error.message)
                opened.signal()
            }
            finished.signal()
        }
        thread.name = "ledger-writer"
        thread.start()
        opened.wait()
        if let message = failure.message {
            throw Problem(.unavailable, "the database \(path) cannot be opened: \(message)")
        }
    }

    /// Commits what waits and ends the thread.
    func stop() {
        queue.stop()
        finished.wait()
        finished.signal()
    }

    /// Runs `change` on the writer's thread, ahead of waiting issuances.
    func changing<Answer: Sendable>(
        _ change: @escaping @Sendable (WriterConnection) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let result: Result<Answer, Problem> = await withCheckedContinuation { continuation in
            let added = queue.add { connection in
                do throws(Problem) {
                    continuation.resume(returning: .success(try change(connection)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !added {
                continuation.resume(returning: .failure(Problem(.unavailable, "the service is stopping")))
            }
        }
        return try result.get()
    }
}

extension LedgerWriter: Ledger {
    func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void) {
        if !queue.add(WriterQueue.Batch(entries: entries, release: release)) {
            release(entries.map { _ in .refused(.unavailable(.overloaded)) })
        }
    }

    func probe(_ answer: @escaping @Sendable (Bool) -> Void) {
        if !queue.add(probe: answer) { answer(false) }
    }
}
