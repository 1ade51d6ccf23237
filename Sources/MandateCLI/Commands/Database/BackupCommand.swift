import ArgumentParser
import MandateCore

/// `mandate backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database while it is in use.",
        discussion: """
            Through the server when one runs: it goes on issuing tokens and writes the file, on its machine and as its
            account. The copy is checked before it gets its name, and overwrites nothing.

            The private keys are not in the database, and so not in the backup. Copy the directory of the keys and the
            configuration file separately, and keep them elsewhere: whoever has both can be this service.

            Example:
              mandate backup /backup/mandate-2026-11-21.db
            """)

    @Argument(help: ArgumentHelp("The file to make.", valueName: "file"))
    var file: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let place = try FileBytes.absolute(file: file)
        let keys = try administration.configuration.settings().keysDirectory
        let answer = try await administration.connect().post(
            "backup", body: ["file": .string(place)], patience: AdministrationCall.patienceForUpkeep
        ).body
        guard let records = answer["records"]?.integer, let last = answer["last_seq"]?.integer,
            let bytes = answer["bytes"]?.integer
        else { throw Administration.unreadable }
        try administration.show(answer) { terminal in
            let head = answer["head"]?.string ?? "none"
            return [
                terminal.styled("ok", .good) + ": \(records) records, \(bytes) bytes, last seq \(last), "
                    + "head \(Terminal.harmless(head)) in \(Terminal.harmless(place))",
                "the keys are not in it: copy \(Terminal.harmless(keys)) and the configuration file, and keep them elsewhere",
            ]
        }
    }
}
