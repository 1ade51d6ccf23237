import ArgumentParser
import MandateCore

/// `mandate policy`: the rules that every request for a token is judged by.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "List, show, explain, test and replace policies.",
        discussion: """
            One policy more, or another one: mandate apply -f FILE.

            Example:
              mandate policy list
            """,
        subcommands: [
            PolicyList.self, PolicyShow.self, PolicyExplain.self, PolicyTest.self, PolicyPut.self, PolicyVersions.self,
        ])
}

/// `mandate policy list`.
struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the policies in force, or those of an earlier version.",
        discussion: """
            Example:
              mandate policy list --at 1
            """)

    @Option(help: ArgumentHelp("An earlier version instead; see mandate policy versions.", valueName: "version"))
    var at: Int64?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let set = try await administration.connect().policies(at: at)
        guard let policies = set["items"]?.array else { throw Administration.unreadable }
        try administration.show(set) { terminal in Self.lines(policies, terminal) }
    }

    static func lines(_ policies: [JSONValue], _ terminal: Terminal) -> [String] {
        var table = Table("ID", "LAYER", "EFFECT", "WHEN", "REASON")
        for policy in policies {
            let when = (policy["when"]?.members ?? []).map(\.name).joined(separator: ", ")
            table.add(
                policy["id"]?.string, policy["layer"]?.string, policy["effect"]?.string, when.isEmpty ? "always" : when,
                policy["reason"]?.string)
        }
        return table.lines(for: terminal)
    }
}

/// `mandate policy show`.
struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one policy with everything that it says.",
        discussion: """
            Example:
              mandate policy show destructive-outside-business-hours
            """)

    @Argument(help: "The policy's id.")
    var id: String
    @Option(help: ArgumentHelp("As it was in an earlier version; see mandate policy versions.", valueName: "version"))
    var at: Int64?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let set = try await administration.connect().policies(at: at)
        guard let policies = set["items"]?.array else { throw Administration.unreadable }
        guard let policy = policies.first(where: { $0["id"] == .string(id) }) else {
            let near = NearestName.nearest(to: id, among: policies.compactMap { $0["id"]?.string })
            throw CommandFailure(
                Terminal.harmless(
                    "there is no policy \"\(id)\"; "
                        + (near.map { "did you mean \"\($0)\"?" } ?? "mandate policy list shows all")))
        }
        try administration.show(policy) { terminal in Self.lines(policy, terminal) }
    }

    /// In the order and the units in which policies are written.
    static func lines(_ policy: JSONValue, _ terminal: Terminal) -> [String] {
        let members = ["id", "layer", "effect", "when", "conditions", "approvers", "reason"].compactMap { name in
            policy[name].map { JSONMember(name: name, value: $0.array == nil ? WrittenPolicy.part($0) : $0) }
        }
        return Details(.object(members)).lines(for: terminal)
    }
}

extension Administration {
    /// All policies of one version, or of the one in force.
    fileprivate func policies(at version: Int64?) async throws -> JSONValue {
        try await get("policies", query: version.map { [(name: "version", value: String($0))] } ?? []).body
    }
}
