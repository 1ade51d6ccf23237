import MandateCore
import MandateTesting
import Testing

@Suite("A time-ordered identifier")
struct UUIDv7Tests {
    @Test("does not exist with less than ten random bytes")
    func needsRandomness() {
        #expect(UUIDv7(at: .eightOClock, random: [UInt8](repeating: 1, count: 9)) == nil)
    }

    @Test("is the one of RFC 9562, appendix A.6")
    func example() throws {
        let now = Instant(milliseconds: 0x017F_22E2_79B0)
        let random: [UInt8] = [0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F]
        #expect(UUIDv7(at: now, random: random)?.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test(
        "says its version and variant whatever the random bytes",
        arguments: [
            (0x00, "01a3185c-5000-7000-8000-000000000000"), (0xFF, "01a3185c-5000-7fff-bfff-ffffffffffff"),
        ] as [(UInt8, String)])
    func layout(byte: UInt8, text: String) {
        #expect(UUIDv7(at: .eightOClock, random: [UInt8](repeating: byte, count: 10))?.text == text)
    }

    @Test("sorts by time, a millisecond apart, against all randomness")
    func order() throws {
        let start = Instant.eightOClock.milliseconds
        let texts = try (Int64(0)..<1000).map { step in
            let random = [UInt8](repeating: step % 2 == 0 ? 0xFF : 0, count: 10)
            return try #require(UUIDv7(at: Instant(milliseconds: start + step), random: random)).text
        }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == 1000)
    }

    @Test("holds the time of the end of all instants")
    func lastInstant() {
        let last = UUIDv7(at: Instant(milliseconds: .max), random: [UInt8](repeating: 0, count: 10))
        #expect(last?.text == "e677d21f-dbff-7000-8000-000000000000")
    }

    @Test("is read back from its text, with its time")
    func readsBack() throws {
        let made = try #require(UUIDv7(at: .eightOClock, random: [UInt8](repeating: 0xA5, count: 10)))
        let read = try #require(UUIDv7(text: made.text))
        #expect(read == made)
        #expect(read.time == .eightOClock)
    }

    @Test(
        "is read from no other text",
        arguments: [
            "", "017f22e279b07cc398c4dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
            "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-58c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
            " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\u{301}",
        ])
    func refusesOtherText(text: String) {
        #expect(UUIDv7(text: text) == nil)
    }
}
