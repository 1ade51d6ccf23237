import MandateCore
import MandateTesting
import Testing

@Suite("What is left of a quota")
struct QuotaStateTests {
    /// Decides by the definition alone: in no stretch of time more than the burst and what comes back in it.
    private struct Model {
        let quota: Quota
        var taken: [Int64] = []

        func hasRoom(at time: Int64) -> Bool {
            let token = quota.period * 1000
            for (index, start) in taken.enumerated() {
                let count = Int64(taken.count - index) + 1
                if count * token > quota.burst * token + quota.tokens * (time - start) { return false }
            }
            return true
        }

        func wait(at time: Int64) -> Int64? {
            hasRoom(at: time) ? nil : (1...).first { hasRoom(at: time + $0 * 1000) }
        }
    }

    private static func quota(_ tokens: Int64, per period: Int64, burst: Int64) throws -> Quota {
        try #require(Quota(tokens: tokens, period: period, burst: burst))
    }

    @Test("is what the definition says, at random times", arguments: 0..<200 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let quota = try Self.quota(
            .random(in: 1...30, using: &dice), per: .random(in: 1...20, using: &dice),
            burst: .random(in: 1...12, using: &dice))
        var model = Model(quota: quota)
        var state = QuotaState(quota, at: .eightOClock)
        var time = Instant.eightOClock.milliseconds
        for _ in 0..<300 {
            time +=
                Bool.random(using: &dice) ? 0 : .random(in: 0...3 * quota.period * 1000 / quota.tokens, using: &dice)
            let wait = state.wait(at: Instant(milliseconds: time))
            #expect(wait == model.wait(at: time))
            if wait == nil {
                state.take()
                model.taken.append(time)
            }
            if Int.random(in: 0..<20, using: &dice) == 0, quota.period * 1000 % quota.tokens == 0 {
                state = QuotaState(quota, wholeAt: state.wholeAt, at: Instant(milliseconds: time))
            }
        }
    }

    @Test(
        "never gains by a clock that is set back, and is never away for longer than one token takes",
        arguments: 0..<50 as Range<UInt64>)
    func clock(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let quota = try Self.quota(.random(in: 1...9, using: &dice), per: 10, burst: .random(in: 1...9, using: &dice))
        var state = QuotaState(quota, at: .eightOClock)
        var (time, forward, taken) = (Instant.eightOClock.milliseconds, Int64(0), Int64(0))
        for _ in 0..<500 {
            let step = Int64.random(in: -20_000...2000, using: &dice)
            time += step
            forward += max(0, step)
            if let wait = state.wait(at: Instant(milliseconds: time)) {
                #expect((1...(10 + quota.tokens - 1) / quota.tokens).contains(wait))
            } else {
                state.take()
                taken += 1
            }
            #expect(taken * 10_000 <= quota.burst * 10_000 + quota.tokens * forward)
        }
    }

    @Test("may be asked at any time there is")
    func extremes() throws {
        let quota = try Self.quota(1_000_000, per: 1, burst: 1_000_000)
        let slow = try Self.quota(1, per: 86_400, burst: 1_000_000)
        let (first, last) = (Instant(milliseconds: .min), Instant(milliseconds: .max))
        for each in [quota, slow] {
            var state = QuotaState(each, wholeAt: last, at: first)
            #expect(state.wait(at: first) == (each == quota ? 1 : 86_400))
            #expect(state.wait(at: last) == nil)
            state.take()
            #expect(state.wholeAt == last)
            #expect(state.wait(at: first) == nil)
            #expect(QuotaState(each, wholeAt: first, at: last) == QuotaState(each, at: last))
        }
    }

    @Test("is not less than nothing when the quota became a smaller one")
    func smaller() throws {
        let wide = try Self.quota(1, per: 86_400, burst: 1000)
        var state = QuotaState(wide, at: .eightOClock)
        for _ in 0..<1000 { state.take() }
        let narrow = try Self.quota(10, per: 60, burst: 5)
        var after = state.under(narrow)
        #expect(after == QuotaState(narrow, wholeAt: state.wholeAt, at: .eightOClock))
        #expect(state.under(wide) == state)
        #expect(after.wait(at: .eightOClock) == 6)
        #expect(after.wholeAt == Instant.eightOClock.advanced(bySeconds: 30))
        #expect(after.wait(at: Instant.eightOClock.advanced(bySeconds: 6)) == nil)
    }

    @Test(
        "is of a quota within bounds",
        arguments: [(0, 1, 1), (1_000_001, 1, 1), (1, 0, 1), (1, 86_401, 1), (1, 1, 0), (1, 1, 1_000_001), (-1, 1, 1)]
            as [(Int64, Int64, Int64)])
    func bounds(tokens: Int64, period: Int64, burst: Int64) {
        #expect(Quota(tokens: tokens, period: period, burst: burst) == nil)
    }
}
