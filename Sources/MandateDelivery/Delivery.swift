import Logging
import MandateCore
import Synchronization

/// Brings every record of the ledger to one receiver: in order, at least once, for as long as it runs.
///
/// It reads the ledger by itself and writes nothing but its position, every few seconds. A receiver that is down costs an
/// attempt now and then and nothing else.
final class Delivery: Sendable {
    private let feed: LedgerFeed
    private let receiver: any Receiver
    private let logger: Logger
    private let state: Mutex<DeliveryStatus>

    private static let pollEvery = Duration.milliseconds(250)
    private static let noteEvery = Duration.seconds(2)

    init(_ feed: LedgerFeed, to receiver: any Receiver, logger: Logger) {
        self.feed = feed
        self.receiver = receiver
        self.logger = logger
        state = Mutex(DeliveryStatus(consumer: feed.consumer, position: 0, isHealthy: true, lastError: nil))
    }

    var status: DeliveryStatus { state.withLock { $0 } }

    /// Delivers until the task is cancelled.
    func run() async {
        guard var handover = await begun() else { return await receiver.close() }
        var notes = Notes(position: handover.position)
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(DeliveryFailure) {
                let hasMore = try await step(&handover)
                if hasMore { backoff.reset() }
                settle(&handover)
                await note(handover, &notes, atLeast: Self.noteEvery)
                if !hasMore { await pause(Self.pollEvery) }
            } catch {
                if Task.isCancelled { break }
                await receiver.disconnect()
                handover.lose()
                fails(error)
                await note(handover, &notes, atLeast: Self.noteEvery)
                await pause(backoff.pause())
            }
        }
        await note(handover, &notes, atLeast: .zero)
        await receiver.close()
    }

    /// Where to go on; tries until the ledger can be read, nil when the task is cancelled before.
    private func begun() async -> Handover? {
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(DeliveryFailure) {
                let noted = try feed.position()
                // What is not delivered yet is not archived; so it must be known that there is a delivery.
                if noted == nil { _ = await feed.note(0) }
                let position = noted ?? 0
                state.withLock { $0.position = position }
                return Handover(position: position, settling: receiver.settling)
            } catch {
                fails(error)
                await pause(backoff.pause())
            }
        }
        return nil
    }

    /// Hands over what comes next; whether there was anything.
    private func step(_ handover: inout Handover) async throws(DeliveryFailure) -> Bool {
        if handover.isUnsettled, !receiver.isIntact {
            throw DeliveryFailure("the connection was closed before everything had certainly arrived")
        }
        let records = try feed.records(after: handover.handed)
        guard let first = records.first, let last = records.last else { return false }
        if first.sequence > handover.handed + 1 {
            let gap = "\(handover.handed + 1) to \(first.sequence - 1)"
            logger.error(
                "records are no longer in the ledger and cannot be delivered",
                metadata: ["to": "\(feed.consumer.rawValue)", "records": "\(gap)"])
        }
        try await receiver.take(records)
        handover.hand(upTo: last.sequence, at: .now)
        return true
    }

    private func settle(_ handover: inout Handover) {
        let before = handover.position
        if receiver.isIntact { handover.settle(at: .now) }
        guard handover.position > before else { return }
        let recovers = state.withLock { state in
            state.position = handover.position
            state.lastError = nil
            defer { state.isHealthy = true }
            return !state.isHealthy
        }
        if recovers { logger.notice("the delivery goes on", metadata: ["to": "\(feed.consumer.rawValue)"]) }
    }

    /// Says so once, until it has gone well again.
    private func fails(_ failure: DeliveryFailure) {
        let isNew = state.withLock { state in
            state.lastError = failure.sentence
            defer { state.isHealthy = false }
            return state.isHealthy
        }
        guard isNew else { return }
        logger.warning(
            "the ledger cannot be delivered; trying on",
            metadata: ["to": "\(feed.consumer.rawValue)", "detail": "\(failure.sentence)"])
    }

    private struct Notes {
        var position: Int64
        var at = ContinuousClock.now
    }

    private func note(_ handover: Handover, _ notes: inout Notes, atLeast interval: Duration) async {
        guard handover.position > notes.position, ContinuousClock.now - notes.at >= interval else { return }
        if await feed.note(handover.position) { notes.position = handover.position }
        notes.at = .now
    }

    private func pause(_ duration: Duration) async {
        do { try await Task.sleep(for: duration) } catch {}
    }
}
