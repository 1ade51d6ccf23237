import Testing

@testable import MandateCore

@Suite("A window of hours")
struct ZonedWindowTests {
    private static let office: Set<Weekday> = [.mon, .tue, .wed, .thu, .fri]

    /// When a window is open during a day of UTC, to the second: `05:30:00-06:00:00`.
    private func openings(
        _ days: Set<Weekday>, from: Int64, to: Int64, in zone: String, on date: String
    ) throws -> [String] {
        let window = try zoned(days, from: from, to: to, in: zone)
        let midnight = try #require(Instant(rfc3339: date + "T00:00:00Z"))
        var (found, opened): ([String], Int64?) = ([], nil)
        for second in 0...86_400 as ClosedRange<Int64> {
            let isOpen = second < 86_400 && window.contains(midnight.advanced(bySeconds: second))
            if isOpen, opened == nil { opened = second }
            if !isOpen, let start = opened {
                found.append("\(Self.clock(start))-\(Self.clock(second))")
                opened = nil
            }
        }
        return found
    }

    private func zoned(_ days: Set<Weekday>, from: Int64, to: Int64, in zone: String) throws -> ZonedWindow {
        let (label, rules) = (try #require(Label(zone)), try TimeZoneRules.zone(zone))
        return ZonedWindow(WeeklyWindow(days: days, from: from, to: to, zone: label), try #require(rules))
    }

    private static func clock(_ second: Int64) -> String {
        [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    @Test(
        "is open from its first second to the one before its end, by the clocks of its zone",
        arguments: [
            ("2026-01-05", ["14:00:00-22:00:00"]), ("2026-07-06", ["13:00:00-21:00:00"]),
            ("2026-07-10", ["13:00:00-21:00:00"]), ("2026-07-11", []), ("2026-07-12", []),
        ])
    func officeHours(date: String, open: [String]) throws {
        #expect(try openings(Self.office, from: 540, to: 1020, in: "America/New_York", on: date) == open)
    }

    @Test("is open for the last millisecond of its last second")
    func milliseconds() throws {
        let window = try zoned(Self.office, from: 540, to: 1020, in: "America/New_York")
        let end = try #require(Instant(rfc3339: "2026-07-06T21:00:00Z"))
        #expect(window.contains(Instant(milliseconds: end.milliseconds - 1)))
        #expect(!window.contains(end))
    }

    @Test(
        "may last to the end of its day",
        arguments: [
            ("2026-07-03", ["22:00:00-24:00:00"]), ("2026-07-04", ["00:00:00-22:00:00"]), ("2026-07-05", []),
        ])
    func wholeDay(date: String, open: [String]) throws {
        #expect(try openings([.sat], from: 0, to: 1440, in: "Europe/Berlin", on: date) == open)
    }

    @Test(
        "goes on past midnight, and belongs to the day it began on, also when a week ends",
        arguments: [
            ("2026-07-03", ["20:00:00-24:00:00"]), ("2026-07-04", ["00:00:00-04:00:00"]),
            ("2026-07-05", ["20:00:00-24:00:00"]), ("2026-07-06", ["00:00:00-04:00:00"]), ("2026-07-07", []),
        ])
    func pastMidnight(date: String, open: [String]) throws {
        #expect(try openings([.fri, .sun], from: 1320, to: 360, in: "Europe/Berlin", on: date) == open)
    }

    @Test(
        "is open past midnight to the minute",
        arguments: [("2026-07-05", ["23:59:00-24:00:00"]), ("2026-07-06", ["00:00:00-00:01:00"])])
    func aroundMidnight(date: String, open: [String]) throws {
        #expect(try openings([.sun], from: 1439, to: 1, in: "Etc/UTC", on: date) == open)
    }

    @Test("is where clocks in the west showed 1969 still")
    func firstDay() throws {
        let wednesday = try openings([.wed], from: 0, to: 1440, in: "America/New_York", on: "1970-01-01")
        #expect(wednesday == ["00:00:00-05:00:00"])
    }

    @Test(
        "never is at a time that the clocks skip",
        arguments: [(120, 180, []), (150, 240, ["07:00:00-08:00:00"]), (90, 150, ["06:30:00-07:00:00"])]
            as [(Int64, Int64, [String])])
    func skippedHour(from: Int64, to: Int64, open: [String]) throws {
        #expect(try openings([.sun], from: from, to: to, in: "America/New_York", on: "2026-03-08") == open)
    }

    @Test(
        "is twice at a time that the clocks show twice",
        arguments: [
            (60, 120, ["05:00:00-07:00:00"]), (90, 150, ["05:30:00-06:00:00", "06:30:00-07:30:00"]),
            (0, 75, ["04:00:00-05:15:00", "06:00:00-06:15:00"]),
        ] as [(Int64, Int64, [String])])
    func doubledHour(from: Int64, to: Int64, open: [String]) throws {
        #expect(try openings([.sun], from: from, to: to, in: "America/New_York", on: "2026-11-01") == open)
    }

    @Test(
        "belongs to the day that the clocks go back to at midnight",
        arguments: [
            ([.sat], 1380, 1440, ["20:00:00-22:00:00"]), ([.sun], 0, 60, ["22:00:00-23:00:00"]),
            ([.sat], 1320, 60, ["19:00:00-23:00:00"]),
        ] as [(Set<Weekday>, Int64, Int64, [String])])
    func backAtMidnight(days: Set<Weekday>, from: Int64, to: Int64, open: [String]) throws {
        #expect(try openings(days, from: from, to: to, in: "Asia/Beirut", on: "2024-10-26") == open)
    }

    @Test(
        "has of a day that its zone skips only what is past midnight",
        arguments: [
            ([.thu], 0, 1440, ["00:00:00-10:00:00"]), ([.fri], 0, 1440, []), ([.sat], 0, 60, ["10:00:00-11:00:00"]),
            ([.fri], 1320, 360, ["10:00:00-16:00:00"]), ([.thu], 1320, 360, ["08:00:00-10:00:00"]),
        ] as [(Set<Weekday>, Int64, Int64, [String])])
    func skippedDay(days: Set<Weekday>, from: Int64, to: Int64, open: [String]) throws {
        #expect(try openings(days, from: from, to: to, in: "Pacific/Apia", on: "2011-12-30") == open)
    }

    @Test(
        "is never open without days, or when it ends as it begins",
        arguments: [([], 0, 1440), ([.mon], 540, 540)] as [(Set<Weekday>, Int64, Int64)])
    func never(days: Set<Weekday>, from: Int64, to: Int64) throws {
        #expect(try openings(days, from: from, to: to, in: "Etc/UTC", on: "2026-07-06") == [])
    }

    @Test(
        "is asked with any numbers without harm", arguments: [Int64.min, -1, 1441, .max], [Int64.min, -1, 1441, .max])
    func anyNumbers(from: Int64, to: Int64) throws {
        let window = try zoned(Set(Weekday.allCases), from: from, to: to, in: "Etc/UTC")
        let isOpen = from <= to ? from <= 0 && to > 0 : from <= 0 || to > 0
        #expect(window.contains(Instant(seconds: 0)) == isOpen)
    }
}
