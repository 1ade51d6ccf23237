import ArgumentParser
import MandateCore

/// `mandate task`: the pieces of work that tokens and delegations are for.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Open, look into and end tasks.",
        discussion: """
            Example:
              mandate task show infra-review-q1-2026
            """,
        subcommands: [TaskCreate.self, TaskList.self, TaskShow.self, TaskComplete.self, TaskCancel.self])
}

/// `mandate task create`.
struct TaskCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Open a task before anybody asks for a token for it.",
        discussion: """
            A task that nobody created comes into being with its first token; created here it can have a deadline, which
            nothing of the task outlives.

            Example:
              mandate task create infra-review-q1-2026 --principal alice@company.com --deadline 2027-03-31T18:00:00Z
            """)

    @Argument(help: "The task's id, never used before.")
    var id: String
    @Option(help: ArgumentHelp("For whom it is done.", valueName: "id"))
    var principal: String?
    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var purpose: String?
    @Option(help: ArgumentHelp("When everything of it ends, in UTC.", valueName: "time"))
    var deadline: String?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let given = [("id", id), ("principal", principal), ("purpose", purpose), ("deadline", deadline)]
        let members = given.compactMap { name, text in text.map { JSONMember(name: name, value: .string($0)) } }
        let task = try await administration.connect().post("tasks", body: .object(members)).body
        try administration.show(task) { terminal in Details(task).lines(for: terminal) }
    }
}

/// `mandate task list`.
struct TaskList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tasks.",
        discussion: """
            Example:
              mandate task list --status open
            """)

    @Option(help: "Only open, completed or cancelled tasks.")
    var status: String?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard status.map({ TaskStatus(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--status is one of open, completed, cancelled")
        }
    }

    func run() async throws {
        let query = status.map { [(name: "status", value: $0)] } ?? []
        let tasks = try await administration.connect().items("tasks", query: query)
        try administration.show(["items": .array(tasks), "next": .null]) { terminal in
            var table = Table("ID", "STATUS", "PRINCIPAL", "HOLDER", "CREATED", "DEADLINE", "PURPOSE")
            for task in tasks {
                table.add(
                    task["id"]?.string, task["status"]?.string, task["principal"]?.string, task["holder"]?.string,
                    task["created_at"]?.string, task["deadline"]?.string, task["purpose"]?.string)
            }
            return table.lines(for: terminal)
        }
    }
}

/// `mandate task show`.
struct TaskShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one task and who handed what to whom for it.",
        discussion: """
            Example:
              mandate task show infra-review-q1-2026
            """)

    @Argument(help: "The task's id.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let task = try await administration.connect().get("tasks", id).body
        try administration.show(task) { terminal in Self.lines(task, terminal) }
    }

    static func lines(_ task: JSONValue, _ terminal: Terminal) -> [String] {
        let others = (task.members ?? []).filter { member in member.name != "links" }
        let links = task["links"]?.array ?? []
        let tree = links.isEmpty ? [terminal.styled("no delegations", .quiet)] : TaskTree(links).lines(for: terminal)
        return Details(.object(others)).lines(for: terminal) + tree
    }
}
