import ArgumentParser

/// `mandate agent change`.
struct AgentChange: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change members of an agent and keep the others.",
        discussion: """
            The file has the members that change (RFC 7396): null removes one, and a list is replaced whole.

            Example:
              echo 'version: v2.0.0' | mandate agent change inventory-001 -f -
            """)

    @OptionGroup var record: RecordOptions

    func run() async throws {
        try await record.run(.merging, in: "agents")
    }
}
