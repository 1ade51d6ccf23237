import ArgumentParser
import MandateCore

/// `mandate approval approve`.
struct ApprovalApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a request that waits be carried out once.",
        discussion: """
            The agent that asked fetches its token by asking again. --scope and --expires-in give less than it asked for.
            --by names the person who decided; the rule may say who that can be. Without it the decision is the
            operator's own.

            Example:
              mandate approval approve 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5 --by alice@company.com --expires-in 300
            """)

    @Option(help: ArgumentHelp("Approve only these of the scopes, separated by spaces.", valueName: "scopes"))
    var scope: String?
    @Option(help: ArgumentHelp("A shorter life of the token, in seconds.", valueName: "seconds"))
    var expiresIn: Int64?
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
        try await decision.run(
            "approve", "is approved",
            ["scope": scope.map { .string($0) } ?? .null, "expires_in": expiresIn.map { .integer($0) } ?? .null])
    }
}

/// `mandate approval deny`.
struct ApprovalDeny: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract:
            "Refuse a request that waits or was approved and not fetched, and the same again while it would have waited.",
        discussion: """
            Example:
              mandate approval deny 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5 --by alice@company.com --reason "not today"
            """)

    @OptionGroup var decision: DecisionOptions

    func run() async throws {
        try await decision.run("deny", "is denied", [:])
    }
}

/// What both decisions have in common.
struct DecisionOptions: ParsableArguments {
    @Argument(help: "The approval's id.")
    var id: String
    @Option(help: ArgumentHelp("The person who decided.", valueName: "name"))
    var by: String?
    @Option(help: ArgumentHelp("Why, for the ledger and, of a denial, for the agent.", valueName: "text"))
    var reason: String?
    @OptionGroup var administration: AdministrationOptions

    /// Decides, and prints what is left of the request.
    func run(_ verb: String, _ done: String, _ more: JSONValue) async throws {
        let given = [("reason", reason), ("by", by)].compactMap { name, text in
            text.map { JSONMember(name: name, value: .string($0)) }
        }
        let body = JSONValue.object((more.members ?? []).filter { $0.value != .null } + given)
        let approval = try await administration.connect().post("approvals", id, verb, body: body).body
        try administration.show(approval) { terminal in
            [terminal.styled("\(Terminal.harmless(id)) \(done)", .good) + ": " + Self.summary(of: approval)]
        }
    }

    /// `writer, files-api: files:Put*, narrowed to files:PutObject, until 2026-01-31T10:00:00.000Z`.
    private static func summary(of approval: JSONValue) -> String {
        var parts = [approval["holder"]?.string, ApprovalList.words(approval["authority"])].compactMap { $0 }
        if let scope = approval["decision"]?["scope"]?.string { parts.append("narrowed to \(scope)") }
        if let time = approval["expires_at"]?.string { parts.append("until \(time)") }
        return Terminal.harmless(parts.joined(separator: ", "))
    }
}
