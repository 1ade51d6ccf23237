import MandateCore
import MandateTesting
import Testing

@Suite("The risk of a token by its agent's habits")
struct BaselineTests {
    static let inventory: Authority = ["inventory": "a:read"]
    private static let day: Int64 = 86_400
    /// Friday, 2027-01-15, at midnight UTC.
    private static let midnight = Instant(seconds: Instant.eightOClock.seconds - 8 * 3600)

    /// So many tokens at this second of each of `days`.
    private func habits(_ tokens: Int, at second: Int64 = 8 * 3600, days: Int64 = 1) -> Baseline {
        var baseline = Baseline()
        for today in 0..<days {
            for _ in 0..<tokens { baseline.note(Self.inventory, worst: .write, at: moment(today, second)) }
        }
        return baseline
    }

    private func moment(_ day: Int64, _ second: Int64) -> Instant {
        Self.midnight.advanced(bySeconds: day * Self.day + second)
    }

    private func risk(
        _ baseline: Baseline, asking authority: Authority = inventory, _ worst: ScopeClass = .write,
        at second: Int64 = 8 * 3600, day: Int64 = 0
    ) -> Risk {
        baseline.risk(asking: authority, worst: worst, at: moment(day, second))
    }

    @Test("is 20 before the first, whatever is asked for: there is nothing to compare with")
    func first() {
        #expect(risk(Baseline(), asking: ["x": "s", "y": "s"], .admin) == Risk(score: 20, reasons: ["no history"]))
    }

    @Test("is 20 with fewer than twenty, and nothing from then on")
    func littleHistory() {
        #expect(risk(habits(1)) == Risk(score: 20, reasons: ["little history: 1 token"]))
        #expect(risk(habits(19)) == Risk(score: 20, reasons: ["little history: 19 tokens"]))
        #expect(risk(habits(20)) == .none)
    }

    @Test("is 40 for an audience that the agent never asked for, and for several together")
    func audiences() {
        let one = Risk(score: 40, reasons: ["never asked for audience billing"])
        #expect(risk(habits(20), asking: ["billing": "a"]) == one)
        #expect(risk(habits(20), asking: ["billing": "a", "inventory": "a"]) == one)
        #expect(
            risk(habits(20), asking: ["a": "s", "b": "s", "c": "s", "d": "s", "e": "s", "f": "s"])
                == Risk(score: 40, reasons: ["never asked for audience a, b, c, d and 2 more"]))
        #expect(
            risk(habits(3), asking: ["billing": "a"])
                == Risk(score: 60, reasons: ["little history: 3 tokens", "never asked for audience billing"]))
    }

    @Test("is 30 for a class above any before", arguments: ScopeClass.allCases)
    func classes(asked: ScopeClass) {
        let expected =
            asked > .write
            ? Risk(score: 30, reasons: ["never asked for class \(asked.rawValue), only up to write"]) : .none
        #expect(risk(habits(20), asked) == expected)
    }

    @Test("is 20 in an hour that has, with its neighbours, less than one of a hundred tokens", arguments: 0..<24)
    func hours(hour: Int64) {
        let isUsual = (7...9).contains(hour)
        let range = "\(clock(hour + 23))-\(clock(hour + 2)) UTC"
        #expect(
            risk(habits(100), at: hour * 3600, day: 1)
                == (isUsual ? .none : Risk(score: 20, reasons: ["\(range): 0 of 100 tokens"])))
        #expect(risk(habits(99), at: hour * 3600, day: 1) == .none, "of too few nothing can be said")
    }

    private func clock(_ hour: Int64) -> String { hour % 24 < 10 ? "0\(hour % 24):00" : "\(hour % 24):00" }

    @Test("says how many there were in an hour that is rare, until one of a hundred was in it")
    func rareHour() {
        var baseline = habits(250)
        let night = moment(1, 23 * 3600)
        for count in 0..<3 {
            #expect(
                baseline.risk(asking: Self.inventory, worst: .read, at: night)
                    == Risk(score: 20, reasons: ["22:00-01:00 UTC: \(count) of \(250 + count) tokens"]))
            baseline.note(Self.inventory, worst: .read, at: night)
        }
        #expect(baseline.risk(asking: Self.inventory, worst: .read, at: night) == .none)
    }

    @Test("is 30 in an hour with more than four times the tokens of the mean hour, from the twentieth on")
    func rates() {
        var baseline = habits(6, days: 10)
        let now = moment(10, 8 * 3600)
        for count in 1...30 {
            baseline.note(Self.inventory, worst: .read, at: now)
            let expected =
                count > 24 ? Risk(score: 30, reasons: ["\(count) tokens in this hour, 6 in its mean hour"]) : .none
            #expect(baseline.risk(asking: Self.inventory, worst: .read, at: now) == expected)
        }
        let next = now.advanced(bySeconds: 3600)
        #expect(baseline.risk(asking: Self.inventory, worst: .read, at: next) == .none, "the next hour begins anew")
        var seldom = habits(1, days: 30)
        for _ in 0..<19 { seldom.note(Self.inventory, worst: .read, at: moment(30, 0)) }
        #expect(risk(seldom, at: 0, day: 30).reasons.allSatisfy { !$0.contains("mean") }, "nineteen are never many")
    }

    @Test("is never more than 100, and names every part")
    func all() {
        var baseline = Baseline()
        for hour in 0..<10 { baseline.note(Self.inventory, worst: .read, at: moment(Int64(hour), 8 * 3600)) }
        for _ in 0..<200 { baseline.note(Self.inventory, worst: .read, at: moment(10, 8 * 3600)) }
        let worst = baseline.risk(asking: ["new": "s"], worst: .admin, at: moment(10, 8 * 3600))
        #expect(worst.score == 100 && worst.reasons.count == 3)
    }

    @Test("is the same after it was kept and read")
    func kept() throws {
        var baseline = habits(50, days: 3)
        baseline.note(["billing": "x", "a:/~b": "y"], worst: .admin, at: moment(4, 0))
        for known in [Baseline(), habits(1), baseline] {
            #expect(Baseline(json: try JSONValue(strict: known.json.canonical)) == known)
        }
    }

    @Test(
        "is not read from what could not have been kept",
        arguments: [
            ("tokens", .integer(-1)), ("tokens", .integer(1 << 40 + 1)), ("tokens", .null), ("worst", "root"),
            ("audiences", ["a b": 1]), ("audiences", ["a": -1]), ("audiences", ["a": "1"]), ("audiences", []),
            ("hours", .array(Array(repeating: 0, count: 23))), ("hours", .array(Array(repeating: -1, count: 24))),
            ("hours", .array(Array(repeating: 0, count: 24) + ["x"])), ("hour", .number(1.5)),
            ("active_hours", .integer(.max)), ("earlier", .integer(.min)), ("faded_at", "1"), ("more", 1),
        ] as [(String, JSONValue)])
    func unreadable(name: String, value: JSONValue) throws {
        let members = try #require(habits(50).json.members).filter { $0.name != name }
        #expect(Baseline(json: .object(members)) == nil || name == "more")
        #expect(Baseline(json: .object(members + [JSONMember(name: name, value: value)])) == nil)
    }
}
