public import CoreMetrics
import Foundation
import Glibc
import MandateCore
import Synchronization

/// What must survive a restart: registry, ledger, keys' states. Owns the data directory while it lives.
public final class Store: Sendable {
    let path: String
    private let lock: DirectoryLock
    let writer: LedgerWriter
    private let checkpoints = Mutex<CheckpointFile?>(nil)
    private let links: LinkMaker
    private let rates = RateTable()
    /// What agents are used to.
    let baselines = BaselineTable()
    /// How often clients ask for what waits for a person.
    public let paces: any ApprovalPaces = PollPaces()
    /// What agents have left of their quotas.
    public let quotas: QuotaStates
    private let zones: any TimeZones
    let now: @Sendable () -> Instant
    let report: @Sendable (String) -> Void
    /// Whether a thread copies or archives.
    let upkeep = Mutex(false)
    /// Who must have dealt with a record before it may be archived.
    let readers: Set<LedgerConsumer>

    var digests: any Digests { links.digests }

    /// Opens the database at `path`, which must exist, and takes the lock on its directory.
    ///
    /// `now` is asked once per change; `report` is told what went wrong inside, for the operators' log. What `readers` of
    /// the ledger have not dealt with is not archived.
    public init(
        path: String, issuer: Issuer, digests: any Digests,
        random: @escaping @Sendable (Int) throws(Refusal) -> [UInt8], now: @escaping @Sendable () -> Instant,
        readers: Set<LedgerConsumer> = Set(LedgerConsumer.allCases), zones: any TimeZones = ZoneDirectory(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, report: @escaping @Sendable (String) -> Void
    ) throws(Problem) {
        let path = try DatabaseFile(at: path).path
        self.path = path
        self.now = now
        self.report = report
        self.readers = readers
        self.zones = zones
        lock = try DirectoryLock(for: path)
        links = LinkMaker(issuer: issuer, digests: digests, random: random)
        quotas = QuotaStates(now: now)
        try Self.prepare(path)
        writer = try LedgerWriter(
            path: path, digests: digests, rates: rates, quotas: quotas, baselines: baselines, metrics: metrics,
            report: report)
    }

    /// The lock outlives the writer: whoever takes it next finds nobody else writing.
    deinit {
        close()
    }

    /// Makes an empty database whose ledger is signed with the key that `checkpointKey` makes; refuses when there is a file
    /// already, or a checkpoint of a ledger that is no longer there.
    public static func create(
        path: String, issuer: Issuer, digests: any Digests,
        checkpointKey: () throws(Problem) -> VerifierKey? = { () throws(Problem) in nil }
    ) throws(Problem) {
        let lock = try DirectoryLock(for: path)
        defer { withExtendedLifetime(lock) {} }
        let checkpoint = CheckpointFile.path(besideDatabase: path)
        guard access(checkpoint, F_OK) != 0 else {
            throw Problem(
                .conflict,
                "\(checkpoint) is the checkpoint of a ledger that is not there: restore its database, or move the file away"
            )
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Problem(
                .conflict, "the database exists already, or its directory cannot be written; nothing was changed")
        }
        Glibc.close(descriptor)
        let key: VerifierKey?
        do throws(Problem) {
            key = try checkpointKey()
        } catch {
            unlink(path)
            throw error
        }
        do throws(StoreError) {
            let policy = try emptyPolicy(digests)
            let connection = try Connection(path: path, access: .creating)
            try Schema.migrate(connection)
            try connection.run(
                """
                INSERT INTO state (id, epoch, issuer, policy, probes, cursor_key, checkpoint_key)
                VALUES (1, 1, ?, ?, 0, randomblob(32), ?)
                """,
                .text(issuer.rawValue), .text(policy.text), SQLValue(key?.description))
        } catch {
            throw Problem(.unavailable, "the database cannot be made: \(error.message)")
        }
    }

    /// The writer of records.
    public var ledger: any Ledger { writer }

    /// A read connection for one event loop.
    public func registry() throws(Problem) -> RegistryConnection {
        do {
            return try RegistryConnection(
                path: path, digests: links.digests, rates: rates, baselines: baselines, zones: zones, report: report)
        } catch {
            throw Problem(.unavailable, "the database cannot be read: \(error.message)")
        }
    }

    /// Links every registration under this store's issuer, when the registry was made under another one.
    public func adoptIssuer() async throws(Problem) {
        let known: String
        do throws(StoreError) {
            known = try Self.issuer(in: try Connection(path: path, access: .reading))
        } catch {
            throw Problem(.unavailable, "the database \(path) cannot be read: \(error.message)")
        }
        if known != links.issuer.rawValue { try await changing { (_) throws(Problem) in } }
    }

    /// Commits what waits and ends the writer. Nothing can be written afterwards.
    public func close() {
        writer.stop()
        checkpoints.withLock { $0 }?.stop()
    }

    /// Ends what publishes checkpoints together with the store.
    func keep(_ file: CheckpointFile) {
        checkpoints.withLock { $0 = file }
    }

    private static func emptyPolicy(_ digests: any Digests) throws(StoreError) -> PolicyDigest {
        try hashing { () throws(Refusal) in try PolicyDigest(of: [], hashing: digests) }
    }
}

extension Store: RegistryAdministration {
    public func reading<Answer>(
        _ body: (any RegistryReader) throws(Problem) -> Answer
    ) throws(Problem) -> Answer {
        let connection: Connection
        do {
            connection = try Connection(path: path, access: .reading)
            try connection.execute("BEGIN")
        } catch {
            throw Problem(.unavailable, "the database cannot be read: \(error.message)")
        }
        return try body(StoreReader(connection, digests: links.digests, baselines: baselines, at: now()))
    }

    public func changing<Answer: Sendable>(
        _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        try await editing { (editor) throws(Problem) in try body(editor) }
    }

    func editing<Answer: Sendable>(
        _ body: @escaping @Sendable (StoreEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let (links, now, report) = (links, now, report)
        return try await writer.changing { (connection) throws(Problem) in
            try connection.transaction { () throws(Problem) in
                try Self.change(connection, links, at: now(), report, body)
            } failing: {
                unwritten($0, report)
            }
        }
    }

    public func changing<Answer: Sendable>(
        on grounds: Grounds, _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer? {
        let (links, now, report) = (links, now, report)
        return try await writer.changing { (connection) throws(Problem) in
            try connection.transaction { () throws(Problem) -> Answer? in
                guard connection.holds(grounds) else { return nil }
                return try Self.change(connection, links, at: now(), report) { (editor) throws(Problem) in
                    try body(editor)
                }
            } failing: {
                unwritten($0, report)
            }
        }
    }

    /// One change inside a transaction.
    private static func change<Answer>(
        _ connection: WriterConnection, _ links: LinkMaker, at time: Instant, _ report: @Sendable (String) -> Void,
        _ body: (StoreEditor) throws(Problem) -> Answer
    ) throws(Problem) -> Answer {
        do throws(StoreError) {
            try adopt(links, at: time, in: connection)
        } catch {
            throw unwritten(error, report)
        }
        let answer = try body(StoreEditor(connection, links: links, at: time))
        do throws(StoreError) {
            try connection.raiseEpoch()
        } catch {
            throw unwritten(error, report)
        }
        return answer
    }
}

private func unwritten(_ error: StoreError, _ report: @Sendable (String) -> Void) -> Problem {
    report("a change could not be written: \(error)")
    return Problem(.unavailable, "the change could not be made durable, so nothing was changed; try again")
}
