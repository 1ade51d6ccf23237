import ArgumentParser
import MandateCore

/// `mandate approval`: requests that wait for a person.
struct ApprovalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approval",
        abstract: "Look at requests that wait for a person, and decide about them.",
        discussion: """
            A policy with the effect require_approval holds requests back, and so do a policy engine and approval_for of an
            agent that hands over. Each waits for an hour.

            Example:
              mandate approval list --status pending
            """,
        subcommands: [ApprovalList.self, ApprovalShow.self, ApprovalApprove.self, ApprovalDeny.self])
}

/// `mandate approval list`.
struct ApprovalList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List requests that wait, or waited, newest first.",
        discussion: """
            Example:
              mandate approval list --status pending
            """)

    @Option(help: "Only pending, approved, denied, used or expired ones.")
    var status: String?
    @Option(help: ArgumentHelp("Only those of this agent.", valueName: "id"))
    var client: String?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard status.map({ ApprovalEntry.Status(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--status is one of pending, approved, denied, used, expired")
        }
    }

    func run() async throws {
        let query = [("status", status), ("client", client)].compactMap { name, value in
            value.map { (name: name, value: $0) }
        }
        let approvals = try await administration.connect().items("approvals", query: query)
        try administration.show(["items": .array(approvals), "next": .null]) { terminal in
            var table = Table("ID", "STATUS", "HOLDER", "PRINCIPAL", "ASKS FOR", "RULE", "EXPIRES", "DECIDED BY")
            for approval in approvals {
                table.add(
                    approval["id"]?.string, approval["status"]?.string, approval["holder"]?.string,
                    approval["principal"]?.string, Self.words(approval["authority"]), approval["rule"]?.string,
                    approval["expires_at"]?.string, approval["decision"]?["by"]?.string)
            }
            return table.lines(for: terminal)
        }
    }

    /// `files-api: files:Put*; reports-api: reports:write`.
    static func words(_ authority: JSONValue?) -> String {
        (authority?.members ?? []).map { audience in
            "\(audience.name): " + (audience.value.array ?? []).compactMap(\.string).joined(separator: " ")
        }.joined(separator: "; ")
    }
}

/// `mandate approval show`.
struct ApprovalShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show who asks for what, on whose authority, and what was decided.",
        discussion: """
            Example:
              mandate approval show 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5
            """)

    @Argument(help: "The approval's id.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let approval = try await administration.connect().get("approvals", id).body
        try administration.show(approval) { terminal in Details(approval).lines(for: terminal) }
    }
}
