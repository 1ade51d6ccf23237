import ArgumentParser
import MandateCore

/// `mandate agent attest`.
struct AgentAttest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Note how, by what and when it was proven what an agent is.",
        discussion: """
            What the agent may do stays as it is. The note is shown by agent show, and is in the ledger.

            Example:
              mandate agent attest inventory-001 --method k8s_psat --attestor spire-server-prod \\
                --evidence spiffe://example.org/ns/agents/sa/inventory
            """)

    @Argument(help: "The agent's id.")
    var id: String
    @Option(help: ArgumentHelp("How it was proven; without it, manual.", valueName: "name"))
    var method: String?
    @Option(help: ArgumentHelp("What proved it: a system or a person.", valueName: "name"))
    var attestor: String?
    @Option(help: ArgumentHelp("What was found: an id or a digest.", valueName: "text"))
    var evidence: String?
    @Option(help: ArgumentHelp("Why, for the ledger.", valueName: "text"))
    var reason: String?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let given = [("method", method), ("attestor", attestor), ("evidence", evidence), ("reason", reason)]
        let members = given.compactMap { name, text in text.map { JSONMember(name: name, value: .string($0)) } }
        let answer = try await administration.connect().post("agents", id, "attest", body: .object(members)).body
        try administration.show(answer) { terminal in
            let method = Terminal.harmless(answer["attestation"]?["method"]?.string ?? "")
            let time = Terminal.harmless(answer["attestation"]?["at"]?.string ?? "")
            return [terminal.styled("\(Terminal.harmless(id)) is attested", .good) + ": \(method), \(time)"]
        }
    }
}
