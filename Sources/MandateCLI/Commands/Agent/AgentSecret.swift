import ArgumentParser
import MandateCore

/// `mandate agent secret`: a new client secret, shown this once, or the end of an old one.
struct AgentSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Issue a client secret, printed once, or revoke one.",
        discussion: """
            Two secrets may be valid at a time, so that one can be replaced without a pause.

            Example:
              mandate agent secret inventory-001 > /run/secrets/mandate
              mandate agent secret inventory-001 --revoke 1
            """)

    @Argument(help: "The agent's id.")
    var id: String
    @Option(help: ArgumentHelp("Revoke this secret; agent show lists the numbers.", valueName: "number"))
    var revoke: Int?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let server = try await administration.connect()
        if let revoke {
            let answer = try await server.delete("agents", id, "secrets", String(revoke))
            return try administration.show(answer.body) { terminal in
                [terminal.styled("secret \(revoke) of \(Terminal.harmless(id)) is revoked", .good)]
            }
        }
        let answer = try await server.post("agents", id, "secrets")
        guard let client = answer.body["client_id"], let secret = answer.body["client_secret"]?.string else {
            throw Administration.unreadable
        }
        try administration.show(["client_id": client, "client_secret": .string(secret)]) { _ in
            [Terminal.harmless(secret)]
        }
        if Terminal.standardOutput.isInteractive, !administration.json {
            StandardError.line("This is the only time the secret is shown: keep it where the agent can read it.")
        }
    }
}
