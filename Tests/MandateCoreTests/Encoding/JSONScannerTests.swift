import MandateCore
import Testing

@Suite("The strict JSON scanner")
struct JSONScannerTests {
    @Test(
        "reads each kind of value",
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("-7", -7), ("\"a\\u00e9\\n\"", "aé\n"),
            ("[1, [2]]", [1, [2]]), ("{\"b\": 1, \"a\": {}}", ["b": 1, "a": .object([])]),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e2", .number(100)),
            ("\"\\ud83d\\ude02\"", "😂"),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(strict: text.utf8) == value)
    }

    @Test(
        "refuses what is not strict JSON, and says why and where",
        arguments: [
            ("", .unexpectedEnd, 0), ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7),
            ("{\"a\":1,\"a\":2}", .duplicateName("a"), 7), ("{\"a\":1,\"\\u0061\":2}", .duplicateName("a"), 7),
            ("\u{FEFF}{}", .unexpectedByte, 0), ("{} {}", .trailingBytes, 3), ("01", .invalidNumber, 0),
            ("1e999", .invalidNumber, 0), ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2),
            ("\"\\ud800\"", .invalidEscape, 1), ("\"\\ud800\\u0041\"", .invalidEscape, 1),
            ("\"\\udc00\\ud800\"", .invalidEscape, 1), ("\"\\x\"", .invalidEscape, 1), ("\"\t\"", .unexpectedByte, 1),
            ("'a'", .unexpectedByte, 0), ("// x", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
            ("truE", .unexpectedByte, 3), ("\"abc", .unexpectedEnd, 4),
        ] as [(String, JSONError.Reason, Int)])
    func refuses(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason, at: offset)) { try JSONValue(strict: text.utf8) }
    }

    @Test(
        "refuses bytes in a string that are not UTF-8",
        arguments: [
            [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xC3], [0x80],
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError(.invalidUTF8, at: 0)) { try JSONValue(strict: [0x22] + bytes + [0x22]) }
    }

    @Test("reads 16 levels and refuses the 17th, and never recurses beyond its own bound")
    func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: levels) + [UInt8](repeating: UInt8(ascii: "]"), count: levels)
        }
        _ = try JSONValue(strict: nested(16))
        #expect(throws: JSONError(.tooDeep, at: 16)) { try JSONValue(strict: nested(17)) }
        #expect(throws: JSONError(.tooDeep, at: 512)) {
            try JSONValue(strict: nested(200_000), maximumDepth: .max)
        }
        #expect(throws: JSONError(.tooDeep, at: 0)) { try JSONValue(strict: nested(1), maximumDepth: -1) }
    }

    @Test("keeps apart names that only Swift's comparison calls equal")
    func comparesBytes() throws {
        let value = try JSONValue(strict: "{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8)
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != JSONValue.string("e\u{301}"))
        #expect(Set([JSONValue.string("\u{E9}"), JSONValue.string("e\u{301}")]).count == 2)
    }

    @Test("finds a repeated name among many")
    func manyNames() throws {
        let members = (0..<1000).map { index in "\"n\(index)\":\(index)" }
        let value = try JSONValue(strict: "{\(members.joined(separator: ","))}".utf8)
        #expect(value.members?.count == 1000)
        #expect(value["n999"] == 999)
        #expect(throws: JSONError.self) {
            try JSONValue(strict: "{\(members.joined(separator: ",")),\"n3\":0}".utf8)
        }
    }

    @Test("reads minus zero as a number of its own")
    func minusZero() throws {
        guard case .number(let zero) = try JSONValue(strict: "-0".utf8) else {
            Issue.record("-0 is not an integer here")
            return
        }
        #expect(zero.sign == .minus)
        #expect(JSONValue.number(zero).canonical == Array("0".utf8))
    }

    @Test("survives 10,000 strings of random bytes and 10,000 broken documents")
    func randomBytes() {
        var random = Noise(seed: 42)
        let alphabet = Array("{}[]\",:\\u0aAdD8e+-.1 \ntrfn\u{E9}".utf8)
        let document = Array("{\"a\":[1,2.5e3,true,null,\"\\ud83d\\ude02é\"],\"b\":{\"c\":-0}}".utf8)
        for _ in 0..<10_000 {
            let noise = (0..<random.below(40)).map { _ in UInt8(random.below(256)) }
            let almost = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
            var broken = document
            broken[random.below(broken.count)] = UInt8(random.below(256))
            for bytes in [noise, almost, broken, Array(document.prefix(random.below(document.count)))] {
                guard let value = try? JSONValue(strict: bytes) else { continue }
                #expect((try? JSONValue(strict: value.canonical))?.canonical == value.canonical)
            }
        }
    }
}

/// The same noise in each run.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
