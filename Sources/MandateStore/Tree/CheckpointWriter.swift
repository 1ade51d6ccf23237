import MandateCore

/// Signs the ledger in the writer's transactions: when enough records have come, or the first that is not covered has
/// waited long enough. Lives on the writer's thread.
final class CheckpointWriter {
    private let signer: any CheckpointSigner
    private let publish: @Sendable ([UInt8]) -> Void
    private let insert: Statement
    private let remove: Statement
    private let newest: Statement
    /// How many records the newest checkpoint on disk covers.
    private var covered: Int64
    /// Since when there are records that it does not cover.
    private var waitingSince: ContinuousClock.Instant?
    /// Not before this moment is it tried again, because it failed.
    private var postponedUntil: ContinuousClock.Instant?
    /// What the open transaction writes.
    private var pending: (size: Int64, note: [UInt8])?

    /// A record waits no longer than this; short of the second within which its checkpoint is also in the file.
    private static let patience = Duration.milliseconds(600)
    private static let records: Int64 = 1000
    /// Of the checkpoints within so many records only the last is kept.
    private static let stretch: Int64 = 1000

    init(
        _ connection: Connection, signer: any CheckpointSigner, publish: @escaping @Sendable ([UInt8]) -> Void
    ) throws(StoreError) {
        self.signer = signer
        self.publish = publish
        insert = try connection.prepare("INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?)")
        remove = try connection.prepare("DELETE FROM checkpoint WHERE size = ?")
        newest = try connection.prepare("SELECT max(size) FROM checkpoint")
        covered = 0
        try rememberAnew()
    }

    /// When the writer must wake to sign, though nothing comes.
    var deadline: ContinuousClock.Instant? {
        guard let waitingSince else { return nil }
        let due = waitingSince + Self.patience
        return postponedUntil.map { max($0, due) } ?? due
    }

    /// Whether a ledger of this size has records that no checkpoint covers and that should wait no longer.
    func isDue(size: Int64, at now: ContinuousClock.Instant) -> Bool {
        guard size > covered else { return false }
        return size - covered >= Self.records || deadline.map { $0 <= now } ?? false
    }

    func hasUncovered(size: Int64) -> Bool { size > covered }

    /// Writes a checkpoint inside a transaction when one is due, or when it `must` be.
    func write(_ tree: TreeEdge, at time: Instant, must: Bool) throws(StoreError) {
        pending = nil
        guard tree.size > covered else { return }
        let now = ContinuousClock.now
        if waitingSince == nil { waitingSince = now }
        guard must || isDue(size: tree.size, at: now) else { return }
        let checkpoint = Checkpoint(origin: signer.verifierKey.name, size: tree.size, root: try tree.root())
        let signed: SignedCheckpoint
        do throws(Refusal) {
            signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        } catch {
            throw StoreError(code: 0, message: "the checkpoint could not be signed")
        }
        if covered > 0, (covered - 1) / Self.stretch == (tree.size - 1) / Self.stretch {
            try remove.run([.integer(covered)])
        }
        try insert.run([.integer(tree.size), .integer(time.milliseconds), .utf8(signed.note)])
        pending = (tree.size, signed.note)
    }

    /// What was written is on disk.
    func committed() {
        postponedUntil = nil
        guard let (size, note) = pending else { return }
        pending = nil
        covered = size
        waitingSince = nil
        publish(note)
    }

    /// What was written is not on disk; it is tried again, but not at once.
    func failed() {
        if pending != nil { postponedUntil = .now + Self.patience }
        pending = nil
    }

    /// Tries no sooner than after a while.
    func postpone() {
        postponedUntil = .now + Self.patience
    }

    /// Reads what is on disk, after a commit that may or may not have been made.
    func rememberAnew() throws(StoreError) {
        covered = try newest.first { row in row.integer(0) } ?? 0
    }
}
