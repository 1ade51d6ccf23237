import ArgumentParser
import MandateCore

/// `mandate type`: what agents of one kind share.
struct TypeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "type",
        abstract: "List and define agent types, or stop one with all its agents.",
        discussion: """
            Example:
              mandate type suspend planning-orchestrator --reason "bad release"
            """,
        subcommands: [TypeList.self, TypeShow.self, TypePut.self, TypeSuspend.self, TypeResume.self])
}

/// `mandate type list`.
struct TypeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List agent types.",
        discussion: """
            Example:
              mandate type list
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let types = try await administration.connect().items("agent-types")
        try administration.show(["items": .array(types), "next": .null]) { terminal in
            var table = Table("ID", "STATUS", "AUDIENCES")
            for type in types {
                let audiences = (type["capabilities"]?.members ?? []).map(\.name).joined(separator: ", ")
                table.add(type["id"]?.string, type["status"]?.string, audiences)
            }
            return table.lines(for: terminal)
        }
    }
}

/// `mandate type show`.
struct TypeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one agent type.",
        discussion: """
            Example:
              mandate type show planning-orchestrator
            """)

    @Argument(help: "The type's id.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let type = try await administration.connect().get("agent-types", id).body
        try administration.show(type) { terminal in Details(type).lines(for: terminal) }
    }
}

/// `mandate type suspend`.
struct TypeSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Stop all agents of a type at once.",
        discussion: """
            Example:
              mandate type suspend inventory-reader --reason "bad release"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("suspend", "is suspended", in: "agent-types")
    }
}

/// `mandate type resume`.
struct TypeResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let agents of a type ask for tokens again.",
        discussion: """
            Example:
              mandate type resume inventory-reader --reason "rolled back"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("resume", "is active again", in: "agent-types")
    }
}
