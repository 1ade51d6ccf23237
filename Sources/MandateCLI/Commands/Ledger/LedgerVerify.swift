import ArgumentParser
import MandateCore

/// `mandate ledger verify`: recomputes the whole chain of records and compares it with what was signed.
struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that no record was changed, removed, inserted, moved or cut off.",
        discussion: """
            Takes an export, or the installation's own ledger when no file is named; that is then also compared with
            every checkpoint it keeps and the one beside the database. What was cut off an export shows against a
            checkpoint that covers it. Records that were archived are taken along with --archive, and so are the
            checkpoints beside the archives; without them what is left is verified, from the first record that is there.

            Example:
              mandate ledger verify ledger.jsonl --checkpoint mandate.db.checkpoint --key ledger.vkey
            """)

    @Argument(help: "An export (JSON lines).")
    var file: String?
    @Option(
        help: ArgumentHelp("A signed checkpoint that the ledger must agree with; may be repeated.", valueName: "file"))
    var checkpoint: [String] = []
    @Option(
        help: ArgumentHelp(
            "Whose signatures are good: a key, or a file with one; may be repeated. The installation's own otherwise.",
            valueName: "key"))
    var key: [String] = []
    @Option(help: ArgumentHelp("Records that were archived; may be repeated.", valueName: "file"))
    var archive: [String] = []
    @Option(help: ArgumentHelp("The export begins after this record.", valueName: "seq"))
    var after: Int64 = 0
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        if after < 0 { throw ValidationError("--after is a record's number, 0 or more") }
        if after > 0, !archive.isEmpty {
            throw ValidationError("--archive begins with the first record: leave out --after")
        }
        if file != nil, after > 0, !checkpoint.isEmpty {
            throw ValidationError("--checkpoint needs a ledger from its first record: leave out --after")
        }
    }

    func run() async throws {
        var keys: [VerifierKey] = []
        for text in key { keys.append(try CheckpointReading.key(text)) }
        let archives = try LedgerArchives(archive)
        let verified: LedgerVerification
        let isSigned: Bool
        if let file {
            let read = try await checkpoints(keys, archives)
            (verified, isSigned) = (try verify(file, read.checkpoints, archives), read.isSigned)
        } else {
            (verified, isSigned) = try await verifyInstallation(keys, archives)
        }
        let summary: JSONValue = [
            "records": .integer(Int64(verified.count)), "last_seq": .integer(verified.lastSequence),
            "head": verified.head.map { .string($0) } ?? .null,
            "checkpoint": verified.covered.map { .integer($0) } ?? .null,
            "signed": verified.covered == nil ? .null : .bool(isSigned),
        ]
        try administration.show(summary) { terminal in
            let head = verified.head ?? "none"
            var text = "\(verified.count) records, last seq \(verified.lastSequence), head \(head)"
            if let covered = verified.covered {
                text +=
                    ", checkpoint at \(covered) " + (isSigned ? "verified" : "agrees, its signature was not checked")
            }
            return [terminal.styled("ok", .good) + ": \(text)"]
        }
    }

    /// Checks the archives, and then the records of an export to its end.
    private func verify(
        _ file: String, _ checkpoints: [NamedCheckpoint], _ archives: LedgerArchives
    ) throws(CommandFailure) -> LedgerVerification {
        var verification = LedgerVerification(after: after, checkpoints: checkpoints)
        for archive in archives.files { try verification.check(file: archive) }
        try verification.check(file: file)
        try verification.finish(file)
        return verification
    }

    private func verifyInstallation(
        _ keys: [VerifierKey], _ archives: LedgerArchives
    ) async throws -> (LedgerVerification, isSigned: Bool) {
        let settings = try administration.configuration.settings()
        let source = try await Assembly.ledger(settings)
        let own = try await source.key()
        let reading = CheckpointReading(keys: keys.isEmpty ? own.map { [$0] } ?? [] : keys)
        var checkpoints = try await source.checkpoints(reading, besideDatabase: settings.database)
        if !checkpoint.isEmpty, reading.keys.isEmpty { Self.warnUnchecked("the installation has no key yet") }
        for file in checkpoint { checkpoints.append(try reading.read(file: file)) }
        checkpoints += try archives.checkpoints(reading)
        let isSigned = !reading.keys.isEmpty
        if archives.files.isEmpty { return (try await source.verify(after: after, checkpoints), isSigned) }
        var verification = LedgerVerification(checkpoints: checkpoints)
        for archive in archives.files { try verification.check(file: archive) }
        return (try await source.verify(continuing: verification), isSigned)
    }

    /// The checkpoints for an export. The key is the installation's own when there is one here and none is named.
    private func checkpoints(
        _ keys: [VerifierKey], _ archives: LedgerArchives
    ) async throws -> (checkpoints: [NamedCheckpoint], isSigned: Bool) {
        if checkpoint.isEmpty, archives.files.isEmpty { return ([], false) }
        var keys = keys
        if keys.isEmpty {
            do {
                keys = try await Assembly.ledger(try administration.configuration.settings()).key().map { [$0] } ?? []
                if keys.isEmpty { Self.warnUnchecked("the installation has no key yet") }
            } catch {
                Self.warnUnchecked("no installation is found here")
            }
        }
        let reading = CheckpointReading(keys: keys)
        var found: [NamedCheckpoint] = []
        for file in checkpoint { found.append(try reading.read(file: file)) }
        return (found + (try archives.checkpoints(reading)), !keys.isEmpty)
    }

    private static func warnUnchecked(_ why: String) {
        StandardError.line("warning: who signed the checkpoint was not checked (\(why)): name the key with --key")
    }
}
