import MandateCore

/// What checkpoints say that a ledger must have: those it has itself, and those that it is shown.
struct ShownCheckpoints {
    private let verifier: any NoteVerifier
    private let key: VerifierKey?
    private(set) var roots: [LedgerWalk.Root] = []

    /// Reads the checkpoints that are in the database itself.
    init(in path: String, digests: any Digests, verifier: any NoteVerifier) throws(Problem) {
        self.verifier = verifier
        let connection: Connection
        do {
            connection = try Connection(path: path, access: .reading)
        } catch {
            throw Problem(.invalid, "the checkpoints in the backup cannot be read: \(error.message)")
        }
        let reader = StoreReader(connection, digests: digests, at: Instant(seconds: 0))
        key = try reader.checkpointKey()
        for stored in try reader.checkpoints(after: 0, limit: .max) {
            try add(stored.note, from: "the checkpoint of \(stored.size) records in it")
        }
    }

    /// Adds a note; one that the ledger's key has not signed is a problem.
    mutating func add(_ note: [UInt8], from source: String) throws(Problem) {
        let checkpoint: Checkpoint
        if let key {
            do throws(CheckpointFault) {
                checkpoint = try SignedCheckpoint(note, by: key, checking: verifier).checkpoint
            } catch {
                throw Problem(.invalid, "\(source) \(error)")
            }
        } else {
            // Of a ledger that never had a key nobody can say who signed; what it asks for must be there all the same.
            guard let text = SignedNote(note)?.text, let read = Checkpoint(text) else {
                throw Problem(.invalid, "\(source) \(CheckpointFault.notACheckpoint)")
            }
            checkpoint = read
        }
        roots.append(LedgerWalk.Root(size: checkpoint.size, hash: checkpoint.root, source: source))
    }

    /// Refuses a ledger that ends before one of them.
    func refuseLoss(to last: Int64) throws(Problem) {
        guard let furthest = roots.max(by: { $0.size < $1.size }), furthest.size > last else { return }
        throw Problem(
            .conflict,
            "the backup ends with record \(last), and \(furthest.source) covers \(furthest.size): "
                + "\(furthest.size - last) records would be lost. \(PresentDatabase.mend)")
    }
}
