import MandateCore
import Testing

@Suite("The footer of a TZif file")
struct YearlyOffsetsTests {
    @Test(
        "names one offset for the whole year",
        arguments: [
            ("UTC0", 0), ("EST5", -18_000), ("EST+5", -18_000), ("CET-1", 3600), ("<+03>-3", 10_800),
            ("<-0930>9:30", -34_200), ("<+1245>-12:45", 45_900), ("LMT0:44:30", -2670), ("AAA24", -86_400),
            ("AAA-24:59:59", 89_999),
        ] as [(String, Int64)])
    func oneOffset(text: String, offset: Int64) {
        #expect(TimeZoneRules.footer(text)?.offset(at: Instant(seconds: 1_800_000_000)) == offset)
    }

    @Test(
        "names the second at which an offset ends and another begins",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -18_000, -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -14_400, -18_000),
            ("EST5EDT4,M3.2.0/02:00:00,M11.1.0/+2:00", "2026-11-01T06:00:00Z", -14_400, -18_000),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 39_600, 36_000),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-10-03T15:30:00Z", 37_800, 39_600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-03-29T01:00:00Z", 0, 3600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00:00Z", 3600, 0),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -7200, -3600),
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 7200, 10_800),
            ("AAA0BBB,M1.1.4/-167,M7.1.1", "2026-12-31T01:00:00Z", 0, 3600),
            ("AAA0BBB,M12.5.4/167,M7.1.1", "2027-01-06T23:00:00Z", 0, 3600),
            ("AAA0BBB,J365/167,J364/167", "2027-01-05T22:00:00Z", 3600, 0),
            ("AAA0BBB,J365/167,J364/167", "2027-01-06T23:00:00Z", 0, 3600),
            // February 29 has no number of the first kind, and one of the second.
            ("AAA0BBB,J59/0,J60/0", "2028-02-28T00:00:00Z", 0, 3600),
            ("AAA0BBB,J59/0,J60/1", "2028-03-01T00:00:00Z", 3600, 0),
            ("AAA0BBB,58/0,59/1", "2028-02-29T00:00:00Z", 3600, 0),
            ("AAA0BBB,58/0,59/1", "2026-03-01T00:00:00Z", 3600, 0),
            ("AAA0BBB,100,365/1", "2028-12-31T00:00:00Z", 3600, 0),
        ] as [(String, String, Int64, Int64)])
    func changes(text: String, time: String, before: Int64, after: Int64) throws {
        let rules = try #require(TimeZoneRules.footer(text))
        let change = try #require(Instant(rfc3339: time))
        #expect(rules.offset(at: change.advanced(bySeconds: -1)) == before)
        #expect(rules.offset(at: change) == after)
    }

    @Test(
        "may name summer time that never ends (RFC 9636 §3.3.1)",
        arguments: ["EST5EDT,0/0,J365/25", "XXX3EDT4,0/0,J365/23", "EST5EDT,0/0,365/167", "EST5EDT,100,100/3"])
    func wholeYear(text: String) throws {
        let rules = try #require(TimeZoneRules.footer(text))
        let newYear = try #require(Instant(rfc3339: "2028-12-31T00:00:00Z"))
        let offsets = Set((0..<172_800).map { rules.offset(at: newYear.advanced(bySeconds: $0)) })
        #expect(offsets == [-14_400])
    }

    @Test(
        "is refused when it is anything else",
        arguments: [
            "EST", "5", "ES5", "EST5EDT", "EST5EDT4", "EST25", "EST5:60", "EST5:00:60", "EST5:", "EST-+5", "EST 5",
            "EST5 ", ":EST5", "<EST5", "<ES>5", "EST>5", "E1T5", "<E_T>5", "EST0005", "EST5.5", "America/New_York",
            "EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,", "EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,,M11.1.0",
            "EST5EDT,M3.2.0;M11.1.0", "EST5EDT,M0.2.0,M11.1.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0",
            "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2,M11.1.0", "EST5EDT,M3.2.0.0,M11.1.0",
            "EST5EDT,J0,J60", "EST5EDT,J366,J60", "EST5EDT,366,60", "EST5EDT,-1,60", "EST5EDT,J,60",
            "EST5EDT,M3.2.0/,M11.1.0", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0/-168,M11.1.0",
            "EST5EDT,M3.2.0/2:60,M11.1.0", "EST5EDT,m3.2.0,M11.1.0", "EST99999999999999999999",
            "EST5EDT,99999999999999999999,1", "ＥＳＴ5", "EST５",
        ])
    func malformed(text: String) {
        #expect(TimeZoneRules.footer(text) == nil)
    }
}
