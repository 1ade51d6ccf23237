import MandateCore
import Testing

@testable import MandateCLI

@Suite("A record in a file")
struct RegistryFileTests {
    private func file(_ text: String) throws -> RegistryFile {
        try RegistryFile(Array(text.utf8), called: "record.yaml", in: "/etc/mandate")
    }

    @Test("is YAML or JSON", arguments: ["type: t\nteam: null\n", "{\"type\": \"t\", \"team\": null}"])
    func forms(text: String) throws {
        #expect(try file(text).json == ["type": "t", "team": .null])
    }

    @Test("has a relative key file resolved from its directory")
    func keys() throws {
        #expect(try file("jwks_file: keys.json").json == ["jwks_file": "/etc/mandate/keys.json"])
        #expect(try file("jwks_file: /keys.json").json == ["jwks_file": "/keys.json"])
    }

    @Test("is named with the line of what is refused")
    func refused() throws {
        let problem = #"{"status":400,"field":"delegation.max_class","detail":"must be one of read, write"}"#
        let refused = Refused(try AdministrationAnswer(status: 400, raw: Array(problem.utf8)))
        let failure = try file("type: t\ndelegation:\n  to: []\n  max_class: red\n").failure(refused)
        #expect(failure.description == "record.yaml:4: delegation.max_class: must be one of read, write")
    }

    @Test("is no list and no text", arguments: ["[a]", "a"])
    func others(text: String) {
        #expect(throws: CommandFailure.self) { try file(text) }
    }
}
