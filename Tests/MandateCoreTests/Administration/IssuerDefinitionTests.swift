import MandateCore
import MandateTesting
import Testing

@Suite("A trusted issuer in a registry document")
struct IssuerDefinitionTests {
    private static let members: [(name: String, value: String)] = [
        ("issuer", #""https://login.example""#), ("jwks", #"{"keys":[{"kty":"OKP"}]}"#), ("audiences", #"["portal"]"#),
        ("principal_claim", #""email""#), ("delegable", #"[{"authority":{"api":["x:y"]}}]"#),
    ]

    /// An issuer with one member another, added or, by nil, taken away.
    private static func document(_ name: String, _ value: String?) -> String {
        let others = members.filter { $0.name != name } + (value.map { [(name: name, value: $0)] } ?? [])
        return #"{"issuers":[{"#
            + others.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}]}"
    }

    private static func mistake(_ name: String, _ value: String?, at field: String? = nil, _ words: String...)
        -> Mistake
    {
        Mistake(document(name, value), "issuers[0]." + (field ?? name), words)
    }

    private static func entry(_ entry: String, at field: String, _ words: String...) -> Mistake {
        Mistake(document("delegable", "[\(entry)]"), "issuers[0].delegable[0]" + field, words)
    }

    @Test(
        "is refused where it is wrong, with the mend",
        arguments: [
            mistake("issuer", nil, "missing", "iss"), mistake("issuer", #""a b""#, "visible ASCII"),
            mistake("isuer", #""x""#, "did you mean", "issuer"),
            mistake("audiences", nil, "missing", "aud"), mistake("audiences", "[]", "at least one"),
            mistake("audiences", #""portal""#, "must be a list"),
            mistake("audiences", #"["a","a"]"#, at: "audiences[1]", "twice"),
            mistake("principal_claim", nil, "missing", "email"), mistake("principal_claim", #""""#, "visible ASCII"),
            mistake("delegable", nil, "missing", "hand over"), mistake("delegable", "[]", "lists nothing"),
            mistake("delegable", "{}", "must be a list"),
            entry("{}", at: ".authority", "missing"), entry(#"{"authority":{}}"#, at: ".authority", "no audience"),
            entry(#"{"authority":{"api":["*"]}}"#, at: ".authority.api[0]", "no scope"),
            entry(#"{"when":{},"authority":{"api":["x"]}}"#, at: ".when", "everybody"),
            entry(#"{"when":"x","authority":{"api":["x"]}}"#, at: ".when", "object"),
            entry(#"{"when":{"a":["x"]},"authority":{"api":["x"]}}"#, at: ".when.a", "holds the value"),
            entry(#"{"when":{"a":null},"authority":{"api":["x"]}}"#, at: ".when.a", "string"),
            entry(#"{"when":{"a":1.5},"authority":{"api":["x"]}}"#, at: ".when.a", "whole number"),
            entry(#"{"when":{"":"x"},"authority":{"api":["x"]}}"#, at: #".when[""]"#, "no claim"),
            entry(#"{"wen":{"a":"x"},"authority":{"api":["x"]}}"#, at: ".wen", "did you mean", "when"),
        ] as [Mistake])
    func refuses(mistake: Mistake) { mistake.expect() }

    @Test(
        "is refused when it does not say its keys, says them twice, or keeps a secret",
        arguments: [
            mistake("jwks", nil, "missing", "jwks_file"),
            mistake("jwks_file", #""/keys.json""#, "keep one"),
            mistake("jwks_uri", #""https://login.example/keys""#, "not fetched", "jwks_file"),
            mistake("jwks", #""https://login.example/keys""#, "object"), mistake("jwks", "{}", "keys"),
            mistake("jwks", #"{"keys":[{"kty":"EC"},{"d":"x"}]}"#, at: "jwks.keys[1].d", "private"),
            mistake("jwks", #"{"keys":[{"kty":"oct","k":"x"}]}"#, at: "jwks.keys[0].k", "private"),
            mistake("jwks", #"{"keys":[{"kty":"RSA","dq":null}]}"#, at: "jwks.keys[0].dq", "private"),
        ] as [Mistake])
    func keys(mistake: Mistake) { mistake.expect() }

    @Test(
        "names a file by its absolute path, never by a URL",
        arguments: [
            (#""keys.json""#, "absolute"), (#""~/keys.json""#, "absolute"), (#""https://a.example/keys""#, "not a URL"),
            (#""file:///keys.json""#, "not a URL"), (#""/a\u0000b""#, "printable"), (#""/a\nb""#, "printable"),
        ])
    func files(path: String, word: String) {
        let text = Self.document("jwks", nil).replacing(#"[{"#, with: #"[{"jwks_file":\#(path),"#, maxReplacements: 1)
        Mistake(text, "issuers[0].jwks_file", [word]).expect()
    }

    @Test("stands there once")
    func twice() {
        let one = Self.document("x", nil)
        let both = one.dropLast(2) + "," + one.dropFirst(#"{"issuers":["#.count)
        Mistake(String(both), "issuers[1].issuer", ["twice", "issuers[0]"]).expect()
    }
}
