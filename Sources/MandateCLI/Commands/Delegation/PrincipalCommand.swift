import ArgumentParser
import MandateCore

/// `mandate principal`: the people that agents act for.
struct PrincipalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "principal",
        abstract: "End all that a person started, and let them start again.",
        discussion: """
            Example:
              mandate principal revoke alice@company.com --reason "left the company"
            """,
        subcommands: [PrincipalShow.self, PrincipalRevoke.self, PrincipalReinstate.self])
}

/// `mandate principal show`.
struct PrincipalShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show whether a principal is revoked.",
        discussion: """
            Example:
              mandate principal show alice@company.com
            """)

    @Argument(help: "The principal, as human_principal names it in tokens.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let principal = try await administration.connect().get("principals", id).body
        try administration.show(principal) { terminal in Details(principal).lines(for: terminal) }
    }
}

/// `mandate principal revoke`.
struct PrincipalRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End every chain that a person started; the agents they own stop acting for themselves.",
        discussion: """
            Example:
              mandate principal revoke alice@company.com --reason "left the company"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("revoke", "is revoked", in: "principals")
    }
}

/// `mandate principal reinstate`.
struct PrincipalReinstate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reinstate",
        abstract: "Let a revoked person start chains again; what they started before stays dead.",
        discussion: """
            Example:
              mandate principal reinstate alice@company.com --reason "back"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("reinstate", "may start chains again", in: "principals")
    }
}
