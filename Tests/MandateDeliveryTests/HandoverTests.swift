import Testing

@testable import MandateDelivery

@Suite("What was handed over")
struct HandoverTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("is certain only after nothing happened for the settling time")
    func settles() {
        var handover = Handover(position: 10, settling: .seconds(15))
        handover.hand(upTo: 20, at: at(0))
        handover.hand(upTo: 30, at: at(5))
        #expect(handover.isUnsettled)
        handover.settle(at: at(14.9))
        #expect(handover.position == 10)
        handover.settle(at: at(15))
        #expect(handover.position == 20)
        handover.settle(at: at(20))
        #expect(handover.position == 30)
        #expect(!handover.isUnsettled)
    }

    @Test("and not certain yet is handed over again after a loss")
    func loses() {
        var handover = Handover(position: 10, settling: .seconds(15))
        handover.hand(upTo: 20, at: at(0))
        handover.hand(upTo: 30, at: at(10))
        handover.settle(at: at(16))
        handover.lose()
        #expect(handover.position == 20)
        #expect(handover.handed == 20)
        handover.settle(at: at(100))
        #expect(handover.position == 20)
    }

    @Test("without a pause is never certain too early, and takes no more memory with the load")
    func isBounded() {
        var handover = Handover(position: 0, settling: .seconds(15))
        var sequence: Int64 = 0
        for step in 0..<10_000 {
            let now = Double(step) * 0.01
            sequence += 500
            handover.hand(upTo: sequence, at: at(now))
            handover.settle(at: at(now))
            // What was handed over less than 15 seconds ago is not certain.
            #expect(handover.position <= Int64(max(0, step - 1499)) * 500)
            #expect(handover.marks.count <= 34)
        }
        // It lags no more than one mark behind.
        #expect(handover.position >= Int64(10_000 - 1_500 - 100) * 500)
    }

    @Test("is certain at once where the answer is the proof")
    func isAnswered() {
        var handover = Handover(position: 0, settling: .zero)
        handover.hand(upTo: 7, at: at(0))
        handover.settle(at: at(0))
        #expect(handover.position == 7)
    }
}

@Suite("The pause before another attempt")
struct BackoffTests {
    @Test("doubles from half a second to half a minute, and begins anew after a success")
    func doubles() {
        var backoff = Backoff()
        let pauses = (0..<9).map { _ in backoff.pause() }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.pause() == .milliseconds(500))
    }
}
