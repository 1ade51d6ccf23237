import ArgumentParser

/// `mandate type put`.
struct TypePut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Define an agent type, or replace its record.",
        discussion: """
            What the file leaves out is gone; only the status stays as it was.

            Example:
              mandate type put inventory-reader -f inventory-reader.yaml
            """)

    @OptionGroup var record: RecordOptions

    func run() async throws {
        try await record.run(in: "agent-types")
    }
}
