import MandateCore
import MandateTesting
import Testing

@testable import MandateCLI

@Suite("Written YAML")
struct YAMLWriterTests {
    private func written(_ value: JSONValue) -> String { String(decoding: YAMLWriter.bytes(value), as: UTF8.self) }

    @Test("reads as people write it")
    func shape() {
        let record: JSONValue = [
            "agents": [
                [
                    "id": "a-1", "version": "2.4", "owner": "alice@company.com", "description": "Grüße: \"x\"",
                    "capabilities": ["https://api.example": ["ec2:Describe*", "plain"]], "grants": [], "may": true,
                    "keys": ["keys": [["kty": "EC", "x": 1]]],
                ]
            ],
            "issuers": [],
        ]
        #expect(
            written(record) == #"""
                agents:
                  - id: a-1
                    version: "2.4"
                    owner: alice@company.com
                    description: "Grüße: \"x\""
                    capabilities: { "https://api.example": ["ec2:Describe*", plain] }
                    grants: []
                    may: true
                    keys:
                      keys:
                        - { kty: EC, x: 1 }
                issuers: []

                """#)
    }

    @Test(
        "is plain where every reader takes it for text, and quoted elsewhere",
        arguments: [
            ("v2.4.1", "v2.4.1"), ("15m", "15m"), ("alice@company.com", "alice@company.com"), ("/etc/x", "/etc/x"),
            ("https://a.example/b", "https://a.example/b"), ("no", "\"no\""), ("Yes", "\"Yes\""), ("y", "\"y\""),
            ("null", "\"null\""), ("~", "\"~\""), ("", "\"\""), ("2.4", "\"2.4\""), ("1e3", "\"1e3\""),
            ("0x1F", "\"0x1F\""), ("010", "\"010\""), ("2026-01-31", "\"2026-01-31\""), ("24:00", "\"24:00\""),
            ("a: b", "\"a: b\""), ("a #b", "\"a #b\""), ("*", "\"*\""), ("&a", "\"&a\""), ("!a", "\"!a\""),
            ("<<", "\"<<\""), ("- a", "\"- a\""), ("{a}", "\"{a}\""), ("a\tb\u{0}\n", "\"a\\x09b\\x00\\n\""),
            ("\u{202E}\u{FEFF}\u{1F600}\u{E000}\u{85}", "\"\\u202E\\uFEFF😀\\uE000\\x85\""),
            (" x *y", "\" x \\x2Ay\""), ("mandate:present", "\"mandate:present\""),
        ])
    func scalars(text: String, yaml: String) throws {
        #expect(YAMLScalar.text(text, isFlow: false) == yaml)
        #expect(try YAMLDocument(Array("field: \(yaml)\n".utf8)).value == ["field": .string(text)])
        let flow = YAMLScalar.text(text, isFlow: true)
        #expect(
            try YAMLDocument(Array("field: [{ a: [\(flow), x] }]\n".utf8)).value["field"]?.array?[0]["a"]?.array?[0]
                == .string(text))
    }

    /// Text that a reader could take for something else.
    private static let pieces = [
        "a", "no", "on", "~", "null", "1", "2.4", "1e3", ".inf", ":", ": ", " #", "#", "-", "- ", "?", "*a", "&b", "!c",
        "|",
        ">", "%", "@", "`", "{", "}", "[", "]", ",", "'", "\"", "\\", "\n", "\r", "\t", "\u{0}", "\u{7F}", "\u{85}",
        "\u{A0}", "\u{2028}", "x\u{FEFF}", "é", "e\u{301}", "世", "👩🏽‍🚀", "\u{10FFFF}", "<<", "=", "---", "...", " ",
    ]

    private func value(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        let count = Int.random(in: 0...4, using: &random)
        switch Int.random(in: 0...(depth < 6 ? 8 : 5), using: &random) {
        case 0: return .bool(Bool.random(using: &random))
        case 1: return .integer(Int64.random(in: -1000...1000, using: &random))
        case 2: return .null
        case 3: return .number(Double(Int.random(in: 1...1_000_000, using: &random)) / 7)
        case 4, 5: return .string(text(&random))
        case 6: return .array((0..<count).map { _ in value(depth + 1, &random) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<count { members[text(&random)] = value(depth + 1, &random) }
            return .object(members.sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: $0.value) })
        }
    }

    private func text(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
            .joined()
    }

    @Test("says what was written, whatever that was")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 20_261_121)
        for _ in 0..<3000 {
            let before: JSONValue = ["root": value(0, &random), "x": value(1, &random)]
            let yaml = YAMLWriter.bytes(before)
            let after = try YAMLDocument(yaml).value
            #expect(after.canonical == before.canonical, "\(String(decoding: yaml, as: UTF8.self))")
        }
    }
}
