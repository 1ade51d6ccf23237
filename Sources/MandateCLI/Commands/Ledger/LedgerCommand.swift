import ArgumentParser

/// `mandate ledger`: the record of every decision.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Read, export and verify the record of every decision.",
        discussion: """
            Example:
              mandate ledger export > ledger.jsonl && mandate ledger verify ledger.jsonl
            """,
        subcommands: [
            LedgerTail.self, LedgerExport.self, LedgerVerify.self, LedgerCheckpoint.self, LedgerProve.self,
            LedgerArchive.self, LedgerRotateKey.self,
        ])
}

/// `mandate ledger export`.
struct LedgerExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print all records as JSON lines, byte for byte as they are hashed.",
        discussion: """
            Example:
              mandate ledger export --after 1000 > since-1000.jsonl
            """)

    @Option(help: ArgumentHelp("Only records above this number.", valueName: "seq"))
    var after: Int64 = 0
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if after < 0 { throw ValidationError("--after is a record's number, 0 or more") }
    }

    func run() async throws {
        let server = Administration(try await Assembly.administration(try configuration.settings()))
        try await server.records(after: after) { record in try StandardOutput.line(record) }
    }
}
