import MandateCore
import Testing

@testable import MandateCLI

@Suite("A YAML document")
struct YAMLDocumentTests {
    @Test("becomes JSON with the line of every field")
    func reads() throws {
        let document = try YAMLDocument(
            Array("agents:\n  - id: a\n    owner: \"7\"\n  - id: b\n    depth: 3\n    may: true\n".utf8))
        #expect(
            document.value == [
                "agents": [["id": "a", "owner": "7"], ["id": "b", "depth": 3, "may": true]]
            ])
        #expect(document.lines.line(of: "agents[0].owner") == 3)
        #expect(document.lines.line(of: "agents[1].depth") == 5)
        #expect(document.lines.line(of: "agents[1].owner") == 4)
        #expect(document.lines.line(of: "policies") == 1)
    }

    @Test(
        "keeps what is not plainly text apart from text",
        arguments: [
            ("no", false), ("Yes", true), ("on", true), ("~", .null), ("null", .null), ("2.4", .number(2.4)),
            ("1.10", .number(1.1)), ("010", .number(10)), ("1e3", .number(1000)), ("12", 12), ("-3", -3),
            ("v2.4.1", "v2.4.1"), ("2.4.1", "2.4.1"), ("2026-01-31", "2026-01-31"), ("24:00", "24:00"), ("15m", "15m"),
            ("infinity", "infinity"), ("\"no\"", "no"), ("'2.4'", "2.4"), ("ec2:Describe*", "ec2:Describe*"),
        ] as [(String, JSONValue)])
    func scalars(text: String, value: JSONValue) throws {
        #expect(try YAMLDocument(Array("field: \(text)".utf8)).value == ["field": value])
    }

    @Test(
        "is refused with its line",
        arguments: [
            ("a: 1\nb: 2\na: 3", "key a is there twice"), ("a: &x 1", "file:1: a: anchors"),
            ("a: &x [1]\nb: *x", "file:1: a: anchors"), ("a: !!binary aGk=", "file:1: a: tags"),
            ("a: !custom {b: 1}", "file:1: a: tags"), ("a: 1\n? [b]\n: 2", "file:2: has a key that is no text"),
            ("a: 1\n---\nb: 2", "another document"), ("a: [1,\nb: 2", "is not YAML"),
            ("a:\n\t- b", "file:2: is not YAML"), ("a: .inf", "file:1: a: is no number that JSON has"),
            ("1: a\n\"1\": b", "the key 1 is there twice"),
        ])
    func refused(yaml: String, sentence: String) {
        #expect {
            try YAMLDocument(Array(yaml.utf8))
        } throws: { error in
            (error as? YAMLFailure)?.text(in: "file").contains(sentence) ?? false
        }
    }

    @Test("cannot grow: aliases as values and as keys, nesting, size, other encodings")
    func bounded() {
        var lines = ["a: &a0 [x, x, x, x, x, x, x, x, x]"]
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            lines.append("? [&a\(level) [\(aliases)]]\n: 1")
        }
        for hostile in [
            Array(lines.joined(separator: "\n").utf8), Array(("a: " + String(repeating: "[", count: 100)).utf8),
            Array(("a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)).utf8),
            [UInt8](repeating: 0x20, count: YAMLDocument.maximumLength + 1), [0x61, 0x3A, 0x20, 0xFF],
        ] {
            #expect(throws: YAMLFailure.self) { try YAMLDocument(hostile) }
        }
    }

    @Test("names the line of what the server refuses")
    func serverRefusal() throws {
        let file = try RegistryFile(Array("agents:\n  - id: a\n    owner: 7\n".utf8), called: "registry.yaml", in: "/")
        let answer: JSONValue = ["detail": "must be a string: put it in quotes", "field": "agents[0].owner"]
        let refused = Refused(try AdministrationAnswer(status: 400, raw: answer.canonical))
        #expect(
            file.failure(refused).description
                == "registry.yaml:3: agents[0].owner: must be a string: put it in quotes")
    }
}
