import MandateCore
import Testing

@Suite("The rules of a time zone")
struct TimeZoneRulesTests {
    @Test(
        "change with the second of a transition",
        arguments: [
            ("America/New_York", "2026-03-08T07:00:00Z", -18_000, -14_400),
            ("America/New_York", "2026-11-01T06:00:00Z", -14_400, -18_000),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", 3600, 7200),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", 7200, 3600),
            ("Europe/Dublin", "2026-03-29T01:00:00Z", 0, 3600),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 39_600, 37_800),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", 37_800, 39_600),
            ("Asia/Kathmandu", "1985-12-31T18:30:00Z", 19_800, 20_700),
            ("Africa/Casablanca", "2024-03-10T02:00:00Z", 3600, 0),
            ("Africa/Casablanca", "2024-04-14T02:00:00Z", 0, 3600),
            ("Africa/Monrovia", "1972-01-07T00:44:30Z", -2670, 0),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", -36_000, 50_400),
        ] as [(String, String, Int64, Int64)])
    func transitions(zone: String, time: String, before: Int64, after: Int64) throws {
        let found = try TimeZoneRules.zone(zone)
        let rules = try #require(found)
        let change = try #require(Instant(rfc3339: time))
        #expect(rules.offset(at: change.advanced(bySeconds: -1)) == before)
        #expect(rules.offset(at: change) == after)
    }

    @Test(
        "go on after the last transition that is written down",
        arguments: [
            ("America/New_York", "2090-03-12T07:00:00Z", -18_000, -14_400),
            ("America/New_York", "2090-11-05T06:00:00Z", -14_400, -18_000),
            ("Europe/Berlin", "2090-03-26T01:00:00Z", 3600, 7200),
            ("Australia/Lord_Howe", "2090-09-30T15:30:00Z", 37_800, 39_600),
        ] as [(String, String, Int64, Int64)])
    func farFuture(zone: String, time: String, before: Int64, after: Int64) throws {
        try transitions(zone: zone, time: time, before: before, after: after)
    }

    @Test("are those of UTC without a file")
    func utc() {
        for seconds in [0, 1_800_000_000, 253_402_300_799] as [Int64] {
            #expect(TimeZoneRules.utc.offset(at: Instant(seconds: seconds)) == 0)
        }
    }
}
