import Foundation
import MandateCore
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test("in the URL alphabet agrees with Foundation for every length")
    func agrees() {
        var random = Noise(seed: 1)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(random.below(256)) }
            let padded = Data(bytes).base64EncodedString()
            let expected = padded.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(Base64URL.text(of: bytes) == expected)
            #expect(Base64URL.length(of: length) == expected.utf8.count)
            #expect(Base64URL.decode(expected.utf8) == bytes)
            #expect(Base64.decode(canonical: padded.utf8) == bytes)
        }
    }

    @Test("appends behind what is there")
    func appends() {
        var text = Array("x.".utf8)
        Base64URL.append([0xFB, 0xFF, 0xFE, 0x01], to: &text)
        #expect(text == Array("x.-__-AQ".utf8))
    }

    @Test(
        "refuses a text that is not the canonical one",
        arguments: ["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "A+", "A/", "AA\n", " AA", "é", "A.", "AA\0\0", "_x"])
    func refusesURL(text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
    }

    @Test(
        "with padding refuses a text that is not the canonical one",
        arguments: ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA==AA==", "A-==", "AA= =", "AA==\n", "=AAA"])
    func refusesStandard(text: String) {
        #expect(Base64.decode(canonical: text.utf8) == nil)
    }

    @Test("has a hexadecimal sibling in lowercase")
    func hex() {
        #expect(Hex.encode([0x00, 0x9F, 0xAB, 0xFF]) == "009fabff")
        #expect(Hex.encode([]) == "")
    }
}
