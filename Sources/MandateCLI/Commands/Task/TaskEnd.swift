import ArgumentParser

/// `mandate task complete`.
struct TaskComplete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "End a task because it is done: everything of it is dead at once.",
        discussion: """
            An ended task never opens again, and its id is not used again.

            Example:
              mandate task complete infra-review-q1-2026
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("complete", "is over", in: "tasks")
    }
}

/// `mandate task cancel`.
struct TaskCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a task because it must not go on: everything of it is dead at once.",
        discussion: """
            An ended task never opens again, and its id is not used again.

            Example:
              mandate task cancel infra-review-q1-2026 --reason "wrong account"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("cancel", "is over", in: "tasks")
    }
}
