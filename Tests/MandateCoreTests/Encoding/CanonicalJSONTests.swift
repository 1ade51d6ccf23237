import MandateCore
import MandateTesting
import Testing

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    @Test(
        "is the public vector's output, byte for byte",
        .enabled(if: Vectors.arePresent, Comment(rawValue: Vectors.absent)),
        arguments: ["arrays", "french", "structures", "unicode", "values", "weird"])
    func publicVectors(name: String) throws {
        let folder = "json-canonicalization/testdata"
        let value = try JSONValue(strict: try Vectors.bytes("\(folder)/input/\(name).json"))
        #expect(value.canonical == (try Vectors.bytes("\(folder)/output/\(name).json")))
        let hex = try Vectors.bytes("\(folder)/outhex/\(name).txt").filter { byte in byte > 0x20 }
        #expect(Hex.encode(value.canonical) == String(decoding: hex, as: UTF8.self))
    }

    @Test(
        "prints numbers as RFC 8785 appendix B does",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"), (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"), (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"), (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"), (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"), (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
            (0x7ff0_0000_0000_0000, "null"), (0x7ff8_0000_0000_0000, "null"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, text: String) {
        let value = JSONValue.number(Double(bitPattern: bits))
        #expect(String(decoding: value.canonical, as: UTF8.self) == text)
    }

    @Test("reads back to the same double, for 20,000 of them")
    func roundTrip() throws {
        var random = Noise(seed: 7)
        for _ in 0..<20_000 {
            let bits = UInt64(random.below(1 << 31)) << 33 ^ UInt64(random.below(1 << 31)) << 8
            let number = Double(bitPattern: bits)
            guard number.isFinite else { continue }
            let text = String(decoding: JSONValue.number(number).canonical, as: UTF8.self)
            #expect(Double(text) == number)
        }
    }

    @Test("escapes what RFC 8785 §3.2.2.2 names and nothing else")
    func escapes() {
        var writer = JSONWriter()
        writer.string("\u{8}\t\n\u{C}\r\"\\/\u{0}\u{1F}\u{7F}é€😂")
        let expected = #""\b\t\n\f\r\"\\/\u0000\u001f"# + "\u{7F}é€😂\""
        #expect(writer.bytes == Array(expected.utf8))
    }

    @Test("sorts names by UTF-16 code units, not by scalars")
    func order() {
        let value: JSONValue = ["\u{FB33}": 1, "\u{1F602}": 2, "b": 3, "a": 4]
        #expect(String(decoding: value.canonical, as: UTF8.self) == "{\"a\":4,\"b\":3,\"\u{1F602}\":2,\"\u{FB33}\":1}")
    }

    @Test("prints integers in all their digits")
    func integers() {
        let value: JSONValue = [.integer(.min), .integer(.max), 0, -1]
        #expect(value.canonical == Array("[-9223372036854775808,9223372036854775807,0,-1]".utf8))
    }
}
