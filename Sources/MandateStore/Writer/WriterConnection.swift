import MandateCore

/// The one connection that writes, and what it must remember between transactions. Lives on the writer's thread.
final class WriterConnection {
    let connection: Connection
    let digests: any Digests
    /// The last record: where the next one goes on.
    private(set) var head: LedgerHead
    /// The registry's epoch; this is the only place that raises it.
    private(set) var epoch: Epoch

    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let insertRecord: Statement
    private let copyLog: Statement
    private var commitsSinceCheckpoint = 0
    private var recordsSinceCheckpoint = 0

    /// How much waits in the write-ahead log before it is copied into the database. Little and often: whoever asks
    /// meanwhile waits for the copying.
    private static let commitsPerCheckpoint = 64
    private static let recordsPerCheckpoint = 1024

    init(path: String, digests: any Digests) throws(StoreError) {
        connection = try Connection(path: path, access: .writing)
        self.digests = digests
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        insertRecord = try connection.prepare("INSERT INTO ledger (seq, record) VALUES (?, ?)")
        copyLog = try connection.prepare("PRAGMA wal_checkpoint(PASSIVE)")
        head = try LedgerHead(connection, digests: digests)
        epoch = try Self.epoch(connection)
    }

    /// Runs `body` in one transaction. When it throws, or the commit does, nothing has happened.
    func transaction<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer, failing: (StoreError) -> Failure
    ) throws(Failure) -> Answer {
        let before = (head, epoch)
        do {
            try begin.run()
        } catch {
            throw failing(error)
        }
        let answer: Answer
        do {
            answer = try body()
        } catch {
            undo(to: before)
            throw error
        }
        do {
            try commit.run()
        } catch {
            undo(to: before)
            throw failing(error)
        }
        commitsSinceCheckpoint += 1
        return answer
    }

    /// Copies the log into the database when enough has gathered. Between transactions, when all answers are out.
    func checkpointWhenDue() throws(StoreError) {
        guard
            commitsSinceCheckpoint >= Self.commitsPerCheckpoint || recordsSinceCheckpoint >= Self.recordsPerCheckpoint
        else { return }
        (commitsSinceCheckpoint, recordsSinceCheckpoint) = (0, 0)
        try copyLog.run()
    }

    private func undo(to before: (LedgerHead, Epoch)) {
        (head, epoch) = before
        if connection.isInTransaction {
            // A failed rollback leaves the transaction open; the next BEGIN then fails, and nothing is issued.
            do { try rollback.run() } catch {}
        }
    }

    /// Appends a record inside a transaction.
    func append(_ record: LedgerRecord.Pieces, at time: Instant) throws(StoreError) {
        let sequence = head.sequence + 1
        let bytes = record.record(sequence: sequence, previous: head.hash)
        try insertRecord.run([.integer(sequence), .text(String(decoding: bytes, as: UTF8.self))])
        recordsSinceCheckpoint += 1
        head = LedgerHead(
            sequence: sequence, hash: try LedgerHead.hash(of: bytes, digests: digests), at: max(head.at, time))
    }

    /// Raises the epoch inside a transaction.
    func raiseEpoch() throws(StoreError) {
        try connection.run("UPDATE state SET epoch = epoch + 1")
        epoch = try Self.epoch(connection)
    }

    private static func epoch(_ connection: Connection) throws(StoreError) -> Epoch {
        guard let number = try connection.first("SELECT epoch FROM state", map: { row in row.integer(0) }) else {
            throw .unreadable("state")
        }
        return Epoch(number)
    }
}
