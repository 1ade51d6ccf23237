import Logging
import MandateCore
import MandateTesting
import Synchronization
import Testing

@testable import MandateDelivery

/// Takes down the positions of consumers, and records nothing.
private struct PositionBook: Ledger {
    let registry: FakeRegistry

    func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void) {
        registry.arrange { state in
            for entry in entries {
                if case .progress(let consumer, let sequence) = entry.effect, entry.record == nil {
                    state.positions[consumer] = sequence
                }
            }
        }
        release(entries.map { _ in .durable })
    }

    func probe(_ answer: @escaping @Sendable (Bool) -> Void) { answer(true) }
}

/// Takes records, and is down when it is told to be.
private final class Shelf: Receiver {
    struct State {
        var taken: [Int64] = []
        var refusals = 0
        var isIntact = true
        var isClosed = false
        var largest = 0
    }

    let settling: Duration
    let state = Mutex(State())

    init(settling: Duration = .zero) { self.settling = settling }

    var isIntact: Bool { state.withLock { $0.isIntact } }

    func take(_ records: [StoredRecord]) async throws(DeliveryFailure) {
        let isDown = state.withLock { state in
            state.largest = max(state.largest, records.count)
            guard state.refusals == 0 else {
                state.refusals -= 1
                return true
            }
            state.isIntact = true
            state.taken += records.map(\.sequence)
            return false
        }
        if isDown { throw DeliveryFailure("the shelf is full") }
    }

    func disconnect() async {}
    func close() async { state.withLock { $0.isClosed = true } }
}

@Suite("A delivery", .timeLimit(.minutes(1)))
struct DeliveryTests {
    private let registry = FakeRegistry()

    init() {
        registry.arrange { state in
            state.records = (1...1203).map { LedgerRecord(at: Instant(seconds: $0), event: .serverStarted) }
        }
    }

    private func delivery(to shelf: Shelf) -> Delivery {
        let feed = LedgerFeed(
            consumer: .webhook, administration: registry, ledger: PositionBook(registry: registry),
            now: { Instant(seconds: 1) })
        return Delivery(feed, to: shelf, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs it until `isEnough`, then stops it as a server that stops does.
    private func run(_ delivery: Delivery, until isEnough: @escaping @Sendable () -> Bool) async throws {
        let running = Task { await delivery.run() }
        while !isEnough() { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        await running.value
    }

    @Test("brings every record once and in order while nothing fails, in bounded batches")
    func brings() async throws {
        let shelf = Shelf()
        let delivery = delivery(to: shelf)
        try await run(delivery) { delivery.status.position == 1203 }
        let state = shelf.state.withLock { $0 }
        #expect(state.taken == Array(1...1203))
        #expect(state.largest == 500)
        #expect(state.isClosed)
        #expect(registry.state.positions == [.webhook: 1203])
        #expect(
            delivery.status
                == DeliveryStatus(consumer: .webhook, position: 1203, isHealthy: true, lastError: nil))
    }

    @Test("goes on after the position that was written down")
    func resumes() async throws {
        registry.arrange { $0.positions = [.webhook: 1200] }
        let shelf = Shelf()
        let delivery = delivery(to: shelf)
        try await run(delivery) { delivery.status.position == 1203 }
        #expect(shelf.state.withLock { $0.taken } == [1201, 1202, 1203])
    }

    @Test("tries a receiver that is down again, says why, and leaves nothing out")
    func triesAgain() async throws {
        let shelf = Shelf()
        shelf.state.withLock { $0.refusals = 2 }
        let delivery = delivery(to: shelf)
        let running = Task { await delivery.run() }
        while delivery.status.isHealthy { try await Task.sleep(for: .milliseconds(5)) }
        #expect(delivery.status.lastError == "the shelf is full")
        #expect(delivery.status.position == 0)
        while delivery.status.position < 1203 { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        await running.value
        #expect(shelf.state.withLock { $0.taken } == Array(1...1203))
        #expect(delivery.status.isHealthy && delivery.status.lastError == nil)
    }

    @Test("sends again what a connection took that was lost before it settled")
    func sendsAgain() async throws {
        let shelf = Shelf(settling: .milliseconds(400))
        let delivery = delivery(to: shelf)
        let running = Task { await delivery.run() }
        while shelf.state.withLock({ $0.taken.count }) < 1203 { try await Task.sleep(for: .milliseconds(5)) }
        shelf.state.withLock { $0.isIntact = false }
        while delivery.status.position < 1203 { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        await running.value
        #expect(shelf.state.withLock { $0.taken } == Array(1...1203) + Array(1...1203))
    }

    @Test("never writes down what has not settled when it is stopped")
    func stopsHonestly() async throws {
        let shelf = Shelf(settling: .seconds(60))
        try await run(delivery(to: shelf)) { shelf.state.withLock { $0.taken.count } == 1203 }
        #expect(registry.state.positions == [.webhook: 0])
    }
}
