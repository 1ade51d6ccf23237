import MandateCore
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "writes everything but unreserved characters as uppercase triplets, and reads it back",
        arguments: [
            ("", ""), ("aZ09-._~", "aZ09-._~"), ("a b/c?d&e=f", "a%20b%2Fc%3Fd%26e%3Df"), ("100%+", "100%25%2B"),
            ("é", "%C3%A9"), ("\0\n", "%00%0A"),
        ])
    func writes(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test("is read in either case, once, and with what needed no triplet")
    func reads() {
        #expect(PercentEncoding.decode("%2f%2F%2525+/") == "//%25+/")
    }

    @Test("that is broken, or no UTF-8, is not read", arguments: ["%", "a%2", "%zz", "%2%30", "%C3", "%FF"])
    func refuses(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
