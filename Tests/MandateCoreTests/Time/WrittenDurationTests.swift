import MandateCore
import Testing

@Suite("A span of time")
struct WrittenDurationTests {
    @Test(
        "is read in seconds, minutes, hours and days",
        arguments: [("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000), ("0s", 0)] as [(String, Int64)])
    func reads(text: String, seconds: Int64) {
        #expect(WrittenDuration(text)?.seconds == seconds)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "s", "15", "-1s", "+1s", "1.5h", "1 h", "1w", "15M", "99999999999999999999s", "9223372036854775807d",
        ])
    func refuses(text: String) {
        #expect(WrittenDuration(text) == nil)
    }

    @Test(
        "is written in the largest unit that is exact, and read back",
        arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (900, "15m"), (3600, "1h"), (3660, "61m"), (86_400, "24h")]
            as [(Int64, String)])
    func writes(seconds: Int64, text: String) {
        #expect(WrittenDuration(seconds: seconds).text == text)
        #expect(WrittenDuration(text)?.seconds == seconds)
    }
}
