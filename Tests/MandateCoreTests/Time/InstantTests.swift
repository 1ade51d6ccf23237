import MandateCore
import Testing

@Suite("An instant")
struct InstantTests {
    @Test(
        "is not read from text that is no RFC 3339 time in UTC",
        arguments: [
            "", "2026-01-31", "2026-01-31T09:00:00", "2026-01-31T09:00:00+00:00", "2026-01-31T09:00:00z",
            "2026-01-31t09:00:00Z", "2026-01-31 09:00:00Z", "2026-01-31T09:00:00.0Z", "2026-01-31T09:00:00.0000Z",
            "2026-01-31T09:00:00,000Z", "2026-1-31T09:00:00.00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z",
            "2026-01-31T09:00:60Z", "2026-00-31T09:00:00Z", "2026-13-31T09:00:00Z", "2026-01-00T09:00:00Z",
            "2026-01-32T09:00:00Z", "2026-04-31T09:00:00Z", "2027-02-29T09:00:00Z", "2100-02-29T09:00:00Z",
            "1969-12-31T23:59:59Z", "-026-01-31T09:00:00Z", "+026-01-31T09:00:00Z", "10000-01-01T00:00:00Z",
            "２026-01-31T09:00Z", " 2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z\n", "2026-01-31T09:00:00Z\u{0}",
        ])
    func malformed(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(
        "is written and read as RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_827_696_001, "2000-02-29T12:34:56.001Z"),
            (1_835_395_200_000, "2028-02-29T00:00:00.000Z"), (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func written(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(rfc3339: text) == Instant(milliseconds: milliseconds))
    }

    @Test("is read with whole seconds too")
    func wholeSeconds() {
        #expect(Instant(rfc3339: "2026-12-31T23:59:59Z") == Instant(seconds: 1_798_761_599))
    }

    @Test("comes back from its text, over eight thousand years")
    func roundTrips() {
        let instants = stride(from: Int64(0), to: 253_402_300_799_999, by: 34_300_123_457).map {
            Instant(milliseconds: $0)
        }
        #expect(instants.allSatisfy { Instant(rfc3339: $0.description) == $0 })
        #expect(zip(instants, instants.dropFirst()).allSatisfy { $0.description < $1.description })
    }

    @Test("stays within the years 1970 to 9999, whatever is added")
    func clamped() {
        let end = Instant(milliseconds: 253_402_300_799_999)
        #expect(Instant(milliseconds: -1) == Instant(milliseconds: 0))
        #expect(Instant(milliseconds: .max) == end)
        #expect(Instant(seconds: .max) == end)
        #expect(Instant(seconds: .min) == Instant(milliseconds: 0))
        #expect(Instant(seconds: 1).advanced(bySeconds: .max) == end)
        #expect(Instant(seconds: 1).advanced(bySeconds: .min) == Instant(milliseconds: 0))
    }

    @Test("keeps its milliseconds when seconds are added, and drops them in whole seconds")
    func milliseconds() {
        #expect(Instant(milliseconds: 1999).advanced(bySeconds: 60) == Instant(milliseconds: 61_999))
        #expect(Instant(milliseconds: 1999).seconds == 1)
    }
}
