import ArgumentParser

/// `mandate agent put`.
struct AgentPut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Register an agent, or replace its record.",
        discussion: """
            What the file leaves out is gone; only the status stays as it was. mandate agent change keeps the rest.

            Example:
              mandate agent put inventory-001 -f inventory-001.yaml
            """)

    @OptionGroup var record: RecordOptions

    func run() async throws {
        try await record.run(in: "agents")
    }
}
