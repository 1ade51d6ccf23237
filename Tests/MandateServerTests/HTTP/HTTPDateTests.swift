import MandateCore
import Testing

@testable import MandateServer

@Suite("The Date field")
struct HTTPDateTests {
    @Test(
        "is written as RFC 9110 writes it",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)])
    func format(seconds: Int64, text: String) {
        var date = HTTPDate()
        #expect(date.text(at: Instant(seconds: seconds)) == text)
        #expect(date.text(at: Instant(milliseconds: seconds * 1000 + 999)) == text)
    }

    @Test("goes on with the clock, backwards too")
    func moves() {
        var date = HTTPDate()
        #expect(date.text(at: Instant(seconds: 61)) == "Thu, 01 Jan 1970 00:01:01 GMT")
        #expect(date.text(at: Instant(seconds: 60)) == "Thu, 01 Jan 1970 00:01:00 GMT")
    }
}
