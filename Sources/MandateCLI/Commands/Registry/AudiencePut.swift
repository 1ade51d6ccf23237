import ArgumentParser

/// `mandate audience put`.
struct AudiencePut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Define an audience, or replace its record.",
        discussion: """
            What the file leaves out is gone; only the status stays as it was.

            Example:
              mandate audience put cloud-inventory-api -f cloud-inventory-api.yaml
            """)

    @OptionGroup var record: RecordOptions

    func run() async throws {
        try await record.run(in: "audiences", lines: AudienceShow.lines)
    }
}
