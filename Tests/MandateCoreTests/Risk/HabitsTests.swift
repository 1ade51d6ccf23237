import MandateCore
import MandateTesting
import Testing

@Suite("An agent's habits")
struct HabitsTests {
    private static let usual: Authority = ["inventory": "a:read"]

    /// A month of an agent that works from 8 to 18 UTC on working days, with 3 to 12 tokens an hour.
    private func steadyMonth(seed: UInt64, _ each: (inout Baseline, Instant) -> Void) -> Baseline {
        var dice = SeededGenerator(seed: seed)
        var baseline = Baseline()
        for day in 0..<30 where day % 7 < 5 {
            for hour in 8..<18 {
                var seconds = (0..<Int.random(in: 3...12, using: &dice)).map { _ in
                    Int.random(in: 0..<3600, using: &dice)
                }
                seconds.sort()
                for second in seconds {
                    let now = Instant(seconds: 1_799_971_200 + Int64(day * 86_400 + hour * 3600 + second))
                    each(&baseline, now)
                }
            }
        }
        return baseline
    }

    private func note(_ baseline: inout Baseline, _ now: Instant) {
        baseline.note(["inventory": "a:read"], worst: .read, at: now)
    }

    @Test("that stay the same are under 20 for a month, but for its first tokens", arguments: 1...8)
    func steady(seed: UInt64) {
        var highest: Int64 = 0
        var count = 0
        _ = steadyMonth(seed: seed) { baseline, now in
            let risk = baseline.risk(asking: Self.usual, worst: .read, at: now)
            if count >= 20 { highest = max(highest, risk.score) }
            count += 1
            note(&baseline, now)
        }
        #expect(highest == 0 && count > 1000)
    }

    @Test("that are left for once cost exactly that", arguments: 1...4)
    func oddities(seed: UInt64) {
        let month = steadyMonth(seed: seed, note)
        let (noon, night) = (Instant(seconds: 1_799_971_200 + 31 * 86_400 + 12 * 3600), Instant(seconds: 1_799_971_200))
        func score(
            _ baseline: Baseline, _ authority: Authority = Self.usual, _ worst: ScopeClass = .read, at now: Instant
        )
            -> Int64
        {
            baseline.risk(asking: authority, worst: worst, at: now).score
        }
        #expect(score(month, at: noon) == 0)
        #expect(score(month, ["billing": "x"], at: noon) == 40)
        #expect(score(month, Self.usual, .delete, at: noon) == 30)
        #expect(score(month, at: night) == 20)
        #expect(score(month, ["billing": "x"], .delete, at: night) == 90)
        var busy = month
        for _ in 0..<100 { note(&busy, noon) }
        #expect(score(busy, at: noon) == 30)
        #expect(score(busy, ["billing": "x"], .delete, at: noon) == 100)
    }

    @Test("fade: what was usual for a year is not after another year without it, and what is usual stays")
    func fading() {
        var baseline = Baseline()
        let start = Instant.eightOClock.seconds
        for day in 0..<365 {
            for _ in 0..<10 { note(&baseline, Instant(seconds: start + Int64(day) * 86_400)) }
        }
        for day in 365..<730 {
            for _ in 0..<10 { note(&baseline, Instant(seconds: start + Int64(day) * 86_400 + 8 * 3600)) }
        }
        let later = Instant(seconds: start + 730 * 86_400)
        #expect(baseline.risk(asking: Self.usual, worst: .read, at: later).score == 20)
        let usual = later.advanced(bySeconds: 8 * 3600)
        #expect(baseline.risk(asking: Self.usual, worst: .read, at: usual) == .none)
    }

    @Test("of an agent with very many tokens are the same next morning")
    func many() {
        var baseline = Baseline()
        for day in 0..<3 {
            for hour in 9..<17 {
                let now = Instant(seconds: 1_799_971_200 + Int64(day * 86_400 + hour * 3600))
                #expect(day == 0 || baseline.risk(asking: Self.usual, worst: .read, at: now) == .none)
                for _ in 0..<20_000 { note(&baseline, now) }
            }
        }
    }

    @Test("know the 64 audiences that were asked for last, of thousands")
    func manyAudiences() {
        var baseline = Baseline()
        func authority(_ number: Int) -> Authority { ["audience-\(number)": "s", "always": "s"] }
        for number in 0..<3000 { baseline.note(authority(number), worst: .read, at: .eightOClock) }
        for number in 2937..<3000 {
            #expect(baseline.risk(asking: authority(number), worst: .read, at: .eightOClock).score == 0)
        }
        #expect(baseline.risk(asking: authority(2936), worst: .read, at: .eightOClock).score == 40)
        #expect(Baseline(json: baseline.json) == baseline && baseline.json.canonical.count < 4096)
    }

    @Test("survive a clock that is set back and forth")
    func clocks() {
        var baseline = Baseline()
        var dice = SeededGenerator(seed: 5)
        for _ in 0..<5000 {
            let now = Instant(milliseconds: Int64.random(in: .min ... .max, using: &dice))
            note(&baseline, now)
            let risk = baseline.risk(asking: Self.usual, worst: .read, at: now)
            #expect((0...70).contains(risk.score))
            #expect(Baseline(json: baseline.json) == baseline)
        }
        // From here on time goes as it should, in another hour than the one the clock was in.
        for hour in 0..<(24 * 40) {
            for _ in 0..<5 { note(&baseline, Instant(seconds: 1_799_971_200 + Int64(hour) * 3600)) }
        }
        let now = Instant(seconds: 1_799_971_200 + 24 * 40 * 3600)
        #expect(baseline.risk(asking: Self.usual, worst: .read, at: now) == .none)
    }

    @Test("do not take what comes a moment late for another hour")
    func late() {
        var baseline = Baseline()
        for hour in 1...100 {
            for number in 0..<10 {
                note(&baseline, Instant(seconds: Int64(hour) * 3600 - (number % 2 == 0 ? 0 : 1)))
            }
        }
        #expect(baseline.json["active_hours"] == 99)
    }

    @Test("stop at the bounds of their counters, and count on")
    func bounds() throws {
        let most = JSONValue.integer(1 << 40)
        let full: JSONValue = [
            "tokens": most, "worst": "admin", "audiences": ["inventory": most],
            "hours": .array(Array(repeating: most, count: 24)), "hour": 500_000, "in_hour": most,
            "active_hours": most, "earlier": most, "faded_at": most,
        ]
        var baseline = try #require(Baseline(json: full))
        for hour in 499_999...500_003 {
            for _ in 0..<3 {
                note(&baseline, Instant(seconds: Int64(hour) * 3600))
                _ = baseline.risk(asking: ["x": "s"], worst: .admin, at: Instant(seconds: Int64(hour) * 3600))
            }
        }
        #expect(Baseline(json: baseline.json) == baseline)
        #expect(baseline.tokens == 1 << 40)
    }
}
