import ArgumentParser
import MandateCore
import MandateVerifier

/// `mandate delegation`: single hand-overs.
struct DelegationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegation",
        abstract: "Look into a chain of delegations, or end one.",
        discussion: """
            A delegation is named by the delegation_chain_hash of its tokens.

            Example:
              mandate delegation show sha256:97e94c1e05b1cd1b6a4fd5d7e0d8a5e0c4f4f0f3a0f4d3a2b1c0d9e8f7a6b5c4
            """,
        subcommands: [DelegationShow.self, DelegationRevoke.self])
}

/// `mandate delegation show`.
struct DelegationShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a chain, root first, and whether it is good.",
        discussion: """
            With --json the links are as they were hashed.

            Example:
              mandate delegation show sha256:97e94c1e05b1cd1b6a4fd5d7e0d8a5e0c4f4f0f3a0f4d3a2b1c0d9e8f7a6b5c4
            """)

    @Argument(help: "The chain's hash.")
    var hash: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let chain = try await administration.connect().get("delegations", hash).body
        guard let status = chain["status"]?.string, let links = chain["links"] else { throw Administration.unreadable }
        try administration.show(chain) { terminal in
            let state = terminal.styled(Terminal.harmless(status), status == "live" ? .good : .bad)
            return [Terminal.harmless(hash) + ": " + state] + Self.tree(of: links, terminal)
        }
    }

    private static func tree(of links: JSONValue, _ terminal: Terminal) -> [String] {
        do throws(ChainFailure) {
            return ChainTree(proof: try ChainProof(links: links)).lines(for: terminal, at: Clock.now())
        } catch {
            return [terminal.styled("the chain proves nothing: \(error)", .bad)]
        }
    }
}

/// `mandate delegation revoke`.
struct DelegationRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a delegation and everything below it.",
        discussion: """
            Of an agent's own registration: what was issued under it is dead, and the agent can ask anew at once.

            Example:
              mandate delegation revoke sha256:97e94c1e05b1cd1b6a4fd5d7e0d8a5e0c4f4f0f3a0f4d3a2b1c0d9e8f7a6b5c4
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("revoke", "is revoked", in: "delegations")
    }
}
