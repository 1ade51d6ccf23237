import MandateTesting
import Testing

@testable import MandateCore
@testable import MandateStore

@Suite("A table of rates")
struct RateTableTests {
    private func counter(seconds: Int64, by value: String = "one") -> RateCounter {
        let limit = RateLimit(count: 1, period: seconds, by: .agent)
        let policy = PolicyID(checked: "rate")
        return RateCounter(RateCounter.start(of: policy, limit), value, limit)
    }

    /// Takes a token at each of the times where the table has fewer than `limit`; answers when it did.
    private func taken(_ times: [Int64], limit: Int64, period: Int64) -> [Int64] {
        let (table, counter) = (RateTable(), counter(seconds: period))
        return times.filter { time in
            let now = Instant(milliseconds: time)
            guard table.tokens(of: counter, at: now) < limit else { return false }
            _ = table.add(to: counter, at: now)
            return true
        }
    }

    @Test(
        "never lets more through in any window, whatever the pace, in order or nearly so",
        arguments: [1, 2, 60] as [Int64], [0, 40, 4900] as [Int64])
    func windows(period: Int64, disorder: Int64) {
        var random = SeededGenerator(seed: UInt64(period * 7 + disorder))
        for round in 0..<20 {
            let limit = Int64.random(in: 1...30, using: &random)
            let gap = max(1, period * 1000 / limit / Int64.random(in: 1...8, using: &random))
            var clock = Int64(1_800_000_000_000) + Int64(round)
            let times = (0..<2000).map { _ -> Int64 in
                clock += Int64.random(in: 0...gap, using: &random)
                return clock - Int64.random(in: 0...disorder, using: &random)
            }
            let taken = taken(times, limit: limit, period: period).sorted()
            #expect(taken.count > limit)
            for (first, last) in zip(taken, taken.dropFirst(Int(limit))) where last - first <= period * 1000 {
                Issue.record("\(limit + 1) tokens within \(last - first) ms of \(period) s")
            }
        }
    }

    @Test("gives a token back at most one step late")
    func oneStep() {
        let (table, counter) = (RateTable(), counter(seconds: 64))
        let now = Instant(milliseconds: 1_800_000_000_500)
        _ = table.add(to: counter, at: now)
        #expect(table.tokens(of: counter, at: now.advanced(bySeconds: 64)) == 1)
        #expect(table.tokens(of: counter, at: now.advanced(bySeconds: 65)) == 0)
    }

    @Test("counts each value for itself, and what was loaded with the rest")
    func loaded() {
        let (table, one, two) = (RateTable(), counter(seconds: 60), counter(seconds: 60, by: "two"))
        let now = Instant.eightOClock
        table.load([
            (counter: one.name, expiry: now.milliseconds + 1, tokens: 3), (one.name, now.milliseconds + 9000, 2),
        ])
        _ = table.add(to: one, at: now)
        #expect(table.tokens(of: one, at: now) == 6 && table.tokens(of: two, at: now) == 0)
        #expect(table.tokens(of: one, at: Instant(milliseconds: now.milliseconds + 1)) == 3)
        table.prune(at: now.advanced(bySeconds: 600))
        #expect(table.tokens(of: one, at: now) == 0)
    }

    @Test("has room for so many counters; what it has no room for is over every limit, and stays so until one is free")
    func room() {
        let table = RateTable(capacity: 2)
        let (now, later) = (Instant(milliseconds: 1_800_000_000_000), Instant(milliseconds: 1_800_000_100_000))
        let counters = ["a", "b", "c"].map { counter(seconds: 60, by: $0) }
        #expect(counters.map { table.add(to: $0, at: now) != nil } == [true, true, false])
        #expect(counters.map { table.tokens(of: $0, at: now) } == [1, 1, .max])
        table.prune(at: later)
        #expect(counters.map { table.tokens(of: $0, at: later) } == [0, 0, 0])
        #expect(table.add(to: counters[2], at: later) != nil)
    }
}
