import CoreMetrics
import MandateCore

/// Puts a backup in the place of a database that nobody uses. What was there stays, under another name; nothing is
/// changed before the backup has stood every check.
public struct Restoration {
    private let backup: String
    private let database: String
    private let checkpoints: [String]
    private let digests: any Digests
    private let verifier: any NoteVerifier
    private let now: Instant

    /// - Parameters:
    ///   - database: Where it goes; nothing has to be there.
    ///   - checkpoints: Files with checkpoints that the ledger must not be behind.
    public init(
        of backup: String, to database: String, checkpoints: [String] = [], digests: any Digests,
        verifier: any NoteVerifier, now: Instant
    ) throws(Problem) {
        self.checkpoints = checkpoints
        self.verifier = verifier
        self.backup = backup
        self.database = try KeptDatabase.resolved(database)
        self.digests = digests
        self.now = now
    }

    /// Checks everything, then replaces the database in one step.
    public func run() throws(Problem) -> Restored {
        let lock = try DirectoryLock(for: database)
        defer { withExtendedLifetime(lock) {} }
        let draft = try DraftFile(for: database, besidesOld: true)
        try SealedBackup(at: backup, digests: digests).copy(into: draft)
        let contents = try DatabaseContents(of: draft.path, digests: digests, stop: StopFlag())
        try migrate(draft.path)
        let warnings = try accept(draft.path, endingWith: contents.head.sequence)
        let head = try record(contents.head, in: draft.path)
        try settle(draft.path)
        let kept = try KeptDatabase(puttingAside: database, at: now)
        do {
            try draft.publish()
        } catch {
            kept.putBack()
            throw error
        }
        return Restored(
            records: contents.records + 1, lastSequence: head.sequence, head: head.hash ?? "",
            from: contents.head.sequence, asOf: contents.head.at, kept: kept.name,
            warnings: warnings + consequences(of: contents.head))
    }

    /// Refuses a copy that lacks something, or is not what was signed; answers what could not be found out. Nothing has the
    /// copy open afterwards.
    private func accept(_ copy: String, endingWith last: Int64) throws(Problem) -> [String] {
        let shown = try shownCheckpoints(to: copy)
        try shown.refuseLoss(to: last)
        let warnings = try PresentDatabase(at: database).refuseLoss(to: copy, at: last)
        var walk = try LedgerWalk(of: copy, digests: digests, expecting: shown.roots)
        try walk.check()
        return warnings
    }

    /// Those in the copy, the one beside the database, and those that were named.
    private func shownCheckpoints(to copy: String) throws(Problem) -> ShownCheckpoints {
        var shown = try ShownCheckpoints(in: copy, digests: digests, verifier: verifier)
        let beside = CheckpointFile.path(besideDatabase: database)
        if let note = try CheckpointFile.read(beside) { try shown.add(note, from: beside) }
        for file in checkpoints {
            guard let note = try CheckpointFile.read(file) else {
                throw Problem(.notFound, "there is no checkpoint \(file): check the path")
            }
            try shown.add(note, from: file)
        }
        return shown
    }

    /// Brings the copy to this program's schema.
    private func migrate(_ path: String) throws(Problem) {
        do {
            try Schema.migrate(try Connection(path: path, access: .writing))
        } catch {
            throw Problem(.invalid, "the database in the backup cannot be brought to this version: \(error.message)")
        }
    }

    /// Says in the ledger of the copy what it is.
    private func record(_ backup: LedgerHead, in path: String) throws(Problem) -> LedgerHead {
        do throws(StoreError) {
            let writer = try WriterConnection(
                path: path, digests: digests, metrics: WriterMetrics(NOOPMetricsHandler.instance))
            var record = LedgerRecord(at: now, event: .serverRestored)
            record.change = [
                "from": .integer(backup.sequence), "head": backup.hash.map { .string($0) } ?? .null,
                "as_of": .string(backup.at.description),
            ]
            record.changedBy = "operator"
            try writer.transaction { () throws(StoreError) in
                try writer.append(record.pieces, at: now)
                try writer.raiseEpoch()
                // What was approved may have been fetched since: a person decides again.
                try writer.connection.run("UPDATE approval SET status = 'expired' WHERE status = 'approved'")
            } failing: {
                $0
            }
            return writer.head
        } catch {
            throw Problem(.unavailable, "the restored database cannot be written: \(error.message)")
        }
    }

    /// Makes the copy one file, without a log beside it.
    private func settle(_ path: String) throws(Problem) {
        do {
            try Connection(path: path, access: .copying).execute("PRAGMA journal_mode=DELETE")
        } catch {
            throw Problem(.unavailable, "the restored database cannot be written: \(error.message)")
        }
    }

    /// What is not as it was, and what an operator can do about it.
    private func consequences(of backup: LedgerHead) -> [String] {
        let last = now.advanced(bySeconds: Lifetimes.delegationToken)
        return [
            "the registry is as it was at \(backup.at) (record \(backup.sequence)): what was suspended, revoked or changed "
                + "since is active again: a client secret that was removed, a signing key that was revoked, a token that is good once "
                + "and was used. Do it again before you serve",
            "tokens issued after that record are in no ledger and cannot be revoked one by one; the last of them expires "
                + "at \(last) at the latest. To end them now: mandate keys revoke KID, mandate keys rotate",
        ]
    }
}
