import MandateCore
import MandateTesting
import Testing

@Suite("The text of a time-ordered identifier")
struct UUIDv7TextTests {
    private static let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

    @Test("is read back as it was written, and names its time to the millisecond")
    func roundTrip() throws {
        let read = try #require(UUIDv7(text: Self.text))
        #expect(read.text == Self.text)
        #expect(read.time == Instant(milliseconds: 0x017F_22E2_79B0))
        let now = Instant(milliseconds: 1_800_000_000_123)
        let made = try #require(UUIDv7(at: now, random: [UInt8](repeating: 0xA5, count: 10)))
        #expect(UUIDv7(text: made.text) == made && made.time == now)
    }

    @Test(
        "is read in one form only: lowercase, with hyphens in their places, of version 7",
        arguments: [
            "", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c07398F",
            "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e2-79b0-7cc398c4-dc0c0c07398f-",
            "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
            "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c0739é", "017f22e2+79b0-7cc3-98c4-dc0c0c07398f",
        ])
    func refused(text: String) {
        #expect(UUIDv7(text: text) == nil)
    }
}
