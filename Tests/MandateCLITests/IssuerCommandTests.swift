import MandateCore
import Testing

@testable import MandateCLI

@Suite("Trusted issuers on the command line")
struct IssuerCommandTests {
    @Test(
        "have a relative key file resolved from the directory of the registry file",
        arguments: [
            ("keys.json", "/etc/mandate/keys.json"), ("../a/b.json", "/etc/mandate/../a/b.json"),
            ("/keys.json", "/keys.json"), ("https://a.example/keys", "https://a.example/keys"), ("\"\"", ""),
        ])
    func files(written: String, resolved: String) throws {
        let text = "agents: []\nissuers:\n  - issuer: i\n    jwks_file: \(written)\n"
        let file = try RegistryFile(Array(text.utf8), called: "registry.yaml", in: "/etc/mandate")
        #expect(file.json == ["agents": [], "issuers": [["issuer": "i", "jwks_file": .string(resolved)]]])
    }

    @Test(
        "are left alone where they are no issuers",
        arguments: ["issuers: 1", "issuers: [1]", "issuers: [{jwks_file: 1}]"])
    func others(text: String) throws {
        let file = try RegistryFile(Array(text.utf8), called: "registry.yaml", in: "/")
        #expect(file.json == (try YAMLDocument(Array(text.utf8))).value)
    }

    @Test("are shown with what their people may hand over")
    func shows() {
        let plain = Terminal(isInteractive: false, hasColour: false)
        let issuer: JSONValue = [
            "issuer": "https://login.example", "jwks": ["keys": [["kty": "EC"]]], "jwks_file": .null,
            "audiences": ["portal"], "principal_claim": "email",
            "delegable": [
                ["when": ["team": "sre", "level": 3], "authority": ["api": ["x:*", "y"]]],
                ["when": .null, "authority": ["api": ["y"]]],
            ],
        ]
        #expect(
            IssuerShow.lines(issuer, plain) == [
                "issuer           https://login.example", "audiences        portal", "principal_claim  email",
                "keys             1 key", "team = sre, level = 3\tapi\tx:*, y", "everybody\tapi\ty",
            ])
        #expect(IssuerList.keys(of: ["jwks_file": "/keys.json"]) == "/keys.json")
    }
}
