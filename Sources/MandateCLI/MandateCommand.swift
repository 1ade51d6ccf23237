import ArgumentParser
import MandateCore

/// The program `mandate`.
struct MandateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandate",
        abstract: "Short-lived, narrow tokens for AI agents, and a record of every one.",
        discussion: """
            Exit status: 0 done, 1 refused, 2 wrong usage.

            Example:
              mandate init --issuer https://tokens.example.com && mandate serve
            """,
        version: "mandate \(Product.version)",
        subcommands: [
            Init.self, Serve.self, Apply.self, Export.self, AgentCommand.self, TypeCommand.self, AudienceCommand.self,
            IssuerCommand.self, PolicyCommand.self, ApprovalCommand.self, TaskCommand.self, DelegationCommand.self,
            PrincipalCommand.self, KeysCommand.self,
            LedgerCommand.self, DetectionCommand.self, BackupCommand.self, RestoreCommand.self, TokenCommand.self,
            Verify.self, StatusCommand.self, OpenAPICommand.self,
        ])

}

/// What `main.swift` calls.
public enum MandateProgram {
    /// Runs the command that the arguments name and ends the process with its exit status.
    public static func main() async -> Never {
        let outcome = await Outcome.of(Array(CommandLine.arguments.dropFirst()))
        outcome.finish()
    }
}
