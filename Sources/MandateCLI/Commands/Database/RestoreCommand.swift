import ArgumentParser
import MandateCore

/// `mandate restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the database. No server may run.",
        discussion: """
            The backup is checked first: its seal, the database, every record of the ledger. It is refused when it lacks
            records that the database here, the checkpoint beside it, or a checkpoint given with --checkpoint shows. There
            is no way to force it: who must go back moves those files away and keeps them.

            The database that was there is kept beside the new one.

            Example:
              mandate restore /backup/mandate-2026-11-21.db --checkpoint /mnt/elsewhere/mandate.db.checkpoint
            """)

    @Argument(help: ArgumentHelp("A file that mandate backup made.", valueName: "file"))
    var file: String
    @Option(help: ArgumentHelp("A checkpoint that the backup must not be behind; may be repeated.", valueName: "file"))
    var checkpoint: [String] = []
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let settings = try administration.configuration.settings()
        let restored = try Assembly.restore(try FileBytes.absolute(file: file), settings, checkpoints: checkpoint)
        try administration.show(restored.json) { terminal in
            var lines = [
                terminal.styled("ok", .good) + ": \(restored.records) records, last seq \(restored.lastSequence), "
                    + "head \(restored.head) in \(Terminal.harmless(settings.database))"
            ]
            if let kept = restored.kept { lines.append("the database that was there is \(Terminal.harmless(kept))") }
            return lines
        }
    }
}
