import ArgumentParser
import MandateCore

/// `mandate ledger archive`.
struct LedgerArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Move old records out of the database to a file.",
        discussion: """
            Takes the records up to the last checkpoint before which all are older than the date. They are written as an
            export has them, with the checkpoint in a file beside it (.checkpoint), read again, and only then removed. Keep
            both files: mandate ledger verify --archive FILE proves that the rest continues them.

            Through the server when one runs: it goes on issuing tokens and writes the files, on its machine and as its
            account.

            Example:
              mandate ledger archive --before 2026-01-01 --to /archive/ledger-2025.jsonl
            """)

    @Option(help: ArgumentHelp("All that is archived is older: a date (UTC) or a time.", valueName: "date"))
    var before: String
    @Option(help: ArgumentHelp("The file to make.", valueName: "file"))
    var to: String
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard moment != nil else {
            throw ValidationError("--before is a date, 2026-01-31, or a time, 2026-01-31T09:00:00Z")
        }
    }

    private var moment: Instant? { Instant(rfc3339: before) ?? Instant(rfc3339: before + "T00:00:00Z") }

    func run() async throws {
        let place = try FileBytes.absolute(file: to)
        let body: JSONValue = ["before": .string(moment?.description ?? before), "file": .string(place)]
        let answer = try await administration.connect().post(
            "ledger", "archive", body: body, patience: AdministrationCall.patienceForUpkeep
        ).body
        guard let first = answer["from"]?.integer, let last = answer["to"]?.integer,
            let digest = answer["sha256"]?.string
        else { throw Administration.unreadable }
        try administration.show(answer) { terminal in
            [
                terminal.styled("ok", .good)
                    + ": records \(first) to \(last) are in \(Terminal.harmless(place)) and no "
                    + "longer in the database, sha256 \(Terminal.harmless(digest))",
                "keep it, and \(Terminal.harmless(place)).checkpoint: mandate ledger verify --archive takes them along",
            ]
        }
    }
}
