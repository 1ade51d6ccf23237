import ArgumentParser
import MandateCore

/// `mandate ledger export`.
struct LedgerExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print records, one a line: byte for byte as they are hashed, or for other readers.",
        discussion: """
            Example:
              mandate ledger export --format cef --event 'agent.*' --since 2026-01-31T09:00:00Z --follow
            """)

    @Option(help: ArgumentHelp("json, cef or leef.", valueName: "format"))
    var format = LedgerFormat.json
    @Flag(name: .shortAndLong, help: "Go on with what happens; wait while the server is away.")
    var follow = false
    @Option(help: ArgumentHelp("Only records above this number.", valueName: "seq"))
    var after: Int64 = 0
    @OptionGroup var filter: LedgerFilterOptions
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        if administration.json, format != .json {
            throw ValidationError("--json contradicts --format: leave one of them out")
        }
        if after < 0 { throw ValidationError("--after is a record's number, 0 or more") }
    }

    func run() async throws {
        let settings = try administration.configuration.settings()
        if follow {
            let format = format
            return try await LedgerFollowing(settings: settings, filter: filter.values).run(from: .after(after)) {
                record in
                try StandardOutput.line(format.line(of: record))
            }
        }
        let server = Administration(try await Assembly.administration(settings))
        try await server.records(after: after, matching: filter.query) { record in
            try StandardOutput.line(format.line(of: record))
        }
    }
}
