import MandateCore
import Synchronization
import Testing

@testable import MandateCLI

@Suite("An export")
struct RegistryExportTests {
    /// A registry of agents only, which may be another one at each reading.
    private final class Server: AdministrationTransport {
        private let readings = Mutex(0)
        private let agents: @Sendable (Int) -> String

        init(_ agents: @escaping @Sendable (Int) -> String) {
            self.agents = agents
        }

        func send(_ call: AdministrationCall) async throws -> AdministrationAnswer {
            var body = #"{"items":[],"next":null}"#
            if call.path == "/v1/agents" {
                let reading = readings.withLock { count in
                    count += 1
                    return count
                }
                body = #"{"items":[\#(agents(reading))],"next":null}"#
            }
            return try AdministrationAnswer(status: 200, raw: Array(body.utf8))
        }
    }

    private static let agent = #"""
        {"id":"a","type":"t","owner":"o","version":null,"model":null,"deployment":null,"team":null,
        "environment":null,"description":null,"status":"active","capabilities":null,"delegation":null,
        "grants":["client_credentials","token_exchange"],"may_start_chains":false,
        "may_report_risk":false,"expires_at":null,"quotas":null,
        "attestation":{"method":"tpm"},"credentials":[{"kind":"client_secret","n":1}],"status_changed":null,
        "created_at":"2027-01-15T08:00:00.000Z","last_active_at":null,"delegation_chain_hash":"sha256:00"}
        """#

    @Test("holds what an operator wrote down, and nothing the registry keeps")
    func written() async throws {
        let export = try await RegistryExport.read(from: Administration(Server { _ in Self.agent }))
        #expect(
            export.document == [
                "audiences": [], "issuers": [], "agent_types": [],
                "agents": [["id": "a", "type": "t", "owner": "o"]], "policies": [],
            ])
        let yaml = String(decoding: try export.yaml(), as: UTF8.self)
        #expect(
            yaml.hasPrefix("# The registry")
                && yaml.hasSuffix("agents:\n  - id: a\n    type: t\n    owner: o\npolicies: []\n"))
        #expect(try YAMLDocument(try export.yaml()).value == export.document)
    }

    @Test("is refused when YAML cannot say it")
    func unsayable() async throws {
        let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        for value in [#""\uFEFFx""#, deep] {
            let agent = Self.agent.replacing(#""capabilities":null"#, with: #""capabilities":{"a":\#(value)}"#)
            let export = try await RegistryExport.read(from: Administration(Server { _ in agent }))
            #expect(throws: CommandFailure.self) { try export.yaml() }
        }
    }

    @Test("is read again until it stands still")
    func moves() async throws {
        let moving = Server { reading in
            Self.agent.replacing(#""owner":"o""#, with: #""owner":"o\#(min(reading, 3))""#)
        }
        let export = try await RegistryExport.read(from: Administration(moving))
        #expect(export.document["agents"]?.array?.first?["owner"] == "o3")
    }

    @Test("is refused while the registry never stands still")
    func neverStill() async {
        let moving = Server { reading in Self.agent.replacing(#""owner":"o""#, with: #""owner":"o\#(reading)""#) }
        await #expect(throws: CommandFailure.self) { try await RegistryExport.read(from: Administration(moving)) }
    }
}

@Suite("A list of agents, printed")
struct AgentPrinterTests {
    private static let now = Instant(seconds: 1_800_000_000)

    private func agent(_ id: String, _ status: String, until: String? = nil) -> JSONValue {
        [
            "id": .string(id), "type": "t", "owner": "o", "status": .string(status), "team": .null,
            "environment": .null, "expires_at": until.map { .string($0) } ?? .null, "last_active_at": .null,
        ]
    }

    private func printed(_ pages: [[JSONValue]], asJSON: Bool, interactive: Bool = false) -> String {
        var printer = AgentPrinter(
            asJSON: asJSON, terminal: Terminal(isInteractive: interactive, hasColour: false), now: Self.now)
        return String(decoding: pages.flatMap { printer.page($0) } + printer.end, as: UTF8.self)
    }

    @Test("is one JSON object, however many pages, and even without any")
    func json() {
        for pages in [[], [[]], [[agent("a", "active")], [], [agent("b", "active"), agent("c", "active")]]] {
            let expected: JSONValue = ["items": .array(pages.flatMap { $0 }), "next": .null]
            #expect(printed(pages, asJSON: true) == String(decoding: expected.canonical, as: UTF8.self) + "\n")
        }
    }

    @Test("tells who has expired, and has one heading")
    func lines() {
        let pages = [
            [
                agent("a", "active", until: "2027-01-15T08:00:00.000Z"),
                agent("b", "suspended", until: "2020-01-01T00:00:00Z"),
            ],
            [agent("c", "active", until: "2027-01-15T08:00:00.001Z")],
        ]
        #expect(
            printed(pages, asJSON: false)
                == "a\tt\texpired\to\t\t\t\nb\tt\tsuspended\to\t\t\t\nc\tt\tactive\to\t\t\t\n")
        let table = printed(pages, asJSON: false, interactive: true)
        #expect(table.split(separator: "\n").count == 4 && table.hasPrefix("ID"))
    }
}
