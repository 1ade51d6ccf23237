import MandateCore

/// The one connection that writes, and what it must remember between transactions. Lives on the writer's thread.
final class WriterConnection {
    let connection: Connection
    let digests: any Digests
    private let metrics: WriterMetrics
    /// The last record: where the next one goes on.
    private(set) var head: LedgerHead
    /// The growing end of the Merkle tree over the ledger.
    private(set) var tree: TreeEdge
    /// Signs the tree, once there is a key.
    private(set) var checkpoints: CheckpointWriter?
    /// The registry's epoch; this is the only place that raises it.
    private(set) var epoch: Epoch
    /// The number of the last revocation; this is the only place that raises it.
    private(set) var revocations: Int64
    /// The latest of them, oldest first and without gaps.
    private var recent: [(number: Int64, revocation: Revocation)] = []
    private static let remembered = 4096

    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let insertRecord: Statement
    private let copyLog: Statement
    private let saveTime: Statement
    /// The latest time that is on disk; kept to the second, so that not every commit writes it.
    private var savedTime: Int64 = 0
    /// Whether this is the last transaction: it leaves no record without a checkpoint.
    var isClosing = false
    /// Whether what is remembered may differ from what is on disk: a commit that failed may have been made.
    private var isDoubtful = false
    private var commitsSinceCheckpoint = 0
    private var recordsSinceCheckpoint = 0

    /// How much waits in the write-ahead log before it is copied into the database. Little and often: whoever asks
    /// meanwhile waits for the copying.
    private static let commitsPerCheckpoint = 24
    private static let recordsPerCheckpoint = 512

    init(path: String, digests: any Digests, metrics: WriterMetrics) throws(StoreError) {
        self.metrics = metrics
        connection = try Connection(path: path, access: .writing)
        self.digests = digests
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        insertRecord = try connection.prepare("INSERT INTO ledger (seq, record) VALUES (?, ?)")
        copyLog = try connection.prepare("PRAGMA wal_checkpoint(PASSIVE)")
        saveTime = try connection.prepare("UPDATE state SET latest_at = max(latest_at, ?)")
        head = try LedgerHead(connection, digests: digests)
        tree = try TreeEdge(connection, size: head.sequence, MerkleHasher(digests))
        epoch = try Self.epoch(connection)
        revocations = try Self.revocations(connection)
    }

    /// Signs checkpoints from now on.
    func sign(with checkpoints: CheckpointWriter) { self.checkpoints = checkpoints }

    /// Runs `body` in one transaction. When it throws, or the commit does, nothing has happened.
    func transaction<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer, failing: (StoreError) -> Failure
    ) throws(Failure) -> Answer {
        do throws(StoreError) {
            if connection.isInTransaction { try rollback.run() }
            try start()
            if isDoubtful { try rememberAnew() }
        } catch {
            throw failing(error)
        }
        let before = (head, tree, epoch, revocations)
        let answer: Answer
        do {
            answer = try body()
        } catch {
            undo(to: before)
            throw error
        }
        do throws(StoreError) {
            try writeTime()
            try checkpoints?.write(tree, at: head.at, must: isClosing)
            let start = ContinuousClock.now
            try commit.run()
            metrics.committed(since: start)
        } catch {
            undo(to: before)
            throw failing(error)
        }
        checkpoints?.committed()
        commitsSinceCheckpoint += 1
        return answer
    }

    /// While another process holds the lock one transaction waits for it and those that follow do not, so that whatever
    /// is in the queue is answered within a second.
    private func start() throws(StoreError) {
        do {
            try begin.run()
        } catch {
            connection.wait(forLocks: false)
            throw error
        }
        connection.wait(forLocks: true)
    }

    /// Copies the log into the database when enough has gathered. Between transactions, when all answers are out.
    func checkpointWhenDue() throws(StoreError) {
        guard
            commitsSinceCheckpoint >= Self.commitsPerCheckpoint || recordsSinceCheckpoint >= Self.recordsPerCheckpoint
        else { return }
        (commitsSinceCheckpoint, recordsSinceCheckpoint) = (0, 0)
        try copyLog.run()
    }

    private func undo(to before: (LedgerHead, TreeEdge, Epoch, Int64)) {
        (head, tree, epoch, revocations) = before
        checkpoints?.failed()
        recent.removeAll { $0.number > revocations }
        isDoubtful = true
        if connection.isInTransaction {
            // A rollback that fails is tried again before the next transaction.
            do { try rollback.run() } catch {}
        }
    }

    private func rememberAnew() throws(StoreError) {
        let known = head
        head = try LedgerHead(connection, digests: digests)
        // Each record names the one before it: with the same head it is the same tree.
        if head.sequence != known.sequence || head.leaf != known.leaf {
            tree = try TreeEdge(connection, size: head.sequence, MerkleHasher(digests))
        }
        try checkpoints?.rememberAnew()
        epoch = try Self.epoch(connection)
        revocations = try Self.revocations(connection)
        recent = []
        savedTime = 0
        isDoubtful = false
    }

    /// Keeps the latest time, so that a clock that was set back is noticed after a restart too.
    private func writeTime() throws(StoreError) {
        guard head.at.seconds > savedTime else { return }
        try saveTime.run([.integer(head.at.milliseconds)])
        savedTime = head.at.seconds
    }

    /// Appends a record inside a transaction.
    func append(_ record: LedgerRecord.Pieces, at time: Instant) throws(StoreError) {
        let sequence = head.sequence + 1
        let bytes = record.record(sequence: sequence, previous: head.hash)
        try insertRecord.run([.integer(sequence), .utf8(bytes)])
        recordsSinceCheckpoint += 1
        let leaf = try LedgerHead.leaf(of: bytes, digests: digests)
        try tree.append(leaf)
        head = LedgerHead(sequence: sequence, leaf: leaf, at: max(head.at, time))
    }

    /// Puts a row where the next record goes and takes it away again, inside a transaction.
    func rehearse() throws(StoreError) {
        try insertRecord.run([.integer(head.sequence + 1), .text("")])
        try connection.run("DELETE FROM ledger WHERE seq = ?", .integer(head.sequence + 1))
        try connection.run("UPDATE state SET probes = probes + 1")
    }

    /// Writes down, inside a transaction, how far a consumer of the ledger has come.
    func note(_ consumer: LedgerConsumer, at sequence: Int64) throws(StoreError) {
        try connection.run(
            "INSERT INTO consumer (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
            .text(consumer.rawValue), .integer(sequence))
    }

    /// Raises the epoch inside a transaction.
    func raiseEpoch() throws(StoreError) {
        try connection.run("UPDATE state SET epoch = epoch + 1")
        epoch = try Self.epoch(connection)
    }

    /// Writes down, inside a transaction, that something is dead from now on, until `expiry` when it has one.
    func revoke(_ revocation: Revocation, until expiry: Instant?, at now: Instant) throws(StoreError) {
        let number = revocations + 1
        let (link, token, task): (SQLValue, SQLValue, SQLValue) =
            switch revocation {
            case .link(let number): (.integer(number), .null, .null)
            case .token(let id): (.null, .text(id), .null)
            case .task(let id): (.null, .null, .text(id.rawValue))
            }
        try connection.run(
            """
            INSERT INTO revocation (number, link, token, task, revoked_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
            """, .integer(number), link, token, task, .integer(now.milliseconds), SQLValue(expiry?.seconds))
        try connection.run("UPDATE state SET revocations = ?", .integer(number))
        revocations = number
        if recent.count >= Self.remembered { recent.removeFirst(Self.remembered / 2) }
        recent.append((number, revocation))
    }

    /// Whether what an issuance was judged on still holds. What happened so long ago that it is not remembered may have
    /// taken anything away.
    func holds(_ grounds: Grounds) -> Bool {
        guard grounds.epoch == epoch, grounds.revocations <= revocations else { return false }
        let missed = revocations - grounds.revocations
        guard missed <= recent.count else { return false }
        return !recent.suffix(Int(missed)).contains { grounds.hang(on: $0.revocation) }
    }

    private static func revocations(_ connection: Connection) throws(StoreError) -> Int64 {
        guard let number = try connection.first("SELECT revocations FROM state", map: { row in row.integer(0) })
        else { throw .unreadable("state") }
        return number
    }

    private static func epoch(_ connection: Connection) throws(StoreError) -> Epoch {
        guard let number = try connection.first("SELECT epoch FROM state", map: { row in row.integer(0) }) else {
            throw .unreadable("state")
        }
        return Epoch(number)
    }
}
