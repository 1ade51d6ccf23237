import MandateCore
import Testing

@Suite("The text of a UUIDv7")
struct UUIDv7TextTests {
    @Test("is read in either case and names its time (RFC 9562 appendix A.6)")
    func example() throws {
        let uuid = try #require(UUIDv7(text: "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
        #expect(uuid.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(uuid.time == Instant(milliseconds: 1_645_557_742_000))
    }

    @Test(
        "is refused when it is anything else",
        arguments: [
            "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-18c4-dc0c0c07398f", "017f22e279b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
            "017f22e2a79b0-7cc3-98c4-dc0c0c07398f", "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        ])
    func malformed(text: String) { #expect(UUIDv7(text: text) == nil) }
}
