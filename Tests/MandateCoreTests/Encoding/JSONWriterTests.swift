import MandateCore
import Testing

@Suite("A string on its way into JSON")
struct JSONWriterTests {
    private func written(_ text: String) -> [UInt8] {
        var json = JSONWriter()
        json.string(text)
        return json.bytes
    }

    @Test("is escaped wherever the letter that needs it stands, and however long the text is")
    func everyPlace() throws {
        let letters = (UInt8(0)..<0x20).map { Character(UnicodeScalar($0)) } + ["\"", "\\"]
        for letter in letters {
            for length in 1...20 {
                for place in 0..<length {
                    var text = [Character](repeating: "a", count: length)
                    text[place] = letter
                    let bytes = written(String(text))
                    #expect(try JSONValue(strict: bytes) == .string(String(text)))
                    #expect(bytes.count > length + 2 && bytes.allSatisfy { $0 >= 0x20 })
                }
            }
        }
    }

    @Test(
        "stays as it is when it needs no escape",
        arguments: ["", "a", "\u{7F}\u{80}\u{FF}é🙂\u{2028}\u{10FFFF}/<>&'!#[]^"])
    func unescaped(text: String) {
        for count in 0..<9 {
            let long = String(repeating: " ", count: count) + text + text
            #expect(written(long) == Array("\"\(long)\"".utf8))
        }
    }
}
