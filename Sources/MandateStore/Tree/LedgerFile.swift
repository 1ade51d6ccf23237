import MandateCore

/// The ledger of a database that no server has open, only read: also of one that is too damaged to be opened for more.
///
/// Holds the lock on the data directory while it lives.
public final class LedgerFile {
    /// Absolute and without symlinks.
    public let path: String
    private let lock: DirectoryLock
    private let connection: Connection
    private let digests: any Digests
    private let page: Statement
    /// Whether the database is of a schema that has tiles and checkpoints.
    private let hasTree: Bool

    private static let mend = "restore a backup"

    /// Opens the database at `path` and takes the lock on its directory.
    public init(path: String, digests: any Digests) throws(Problem) {
        self.path = try DatabaseFile(at: path).path
        self.digests = digests
        lock = try DirectoryLock(for: self.path)
        (connection, hasTree, page) = try asking(
            failing: "the database \(path) cannot be read", mend: Self.mend
        ) { [path = self.path] () throws(StoreError) in
            let connection = try Connection(path: path, access: .reading)
            guard try connection.first("PRAGMA application_id", map: { row in row.integer(0) }) == Schema.applicationID
            else { throw StoreError(code: 0, message: "the file is no database of mandate") }
            return (
                connection, try Schema.version(of: connection) >= Schema.checkpointed,
                try connection.prepare("SELECT seq, record FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?")
            )
        }
    }

    /// Whose signatures under checkpoints are good; nil when the database names nobody.
    public func checkpointKey() throws(Problem) -> VerifierKey? {
        try hasTree ? StoreReader(connection, digests: digests, at: Instant(seconds: 0)).checkpointKey() : nil
    }

    /// The signed checkpoints that are kept of more than `size` records, the smallest first.
    public func checkpoints(after size: Int64, limit: Int) throws(Problem) -> [StoredCheckpoint] {
        guard hasTree else { return [] }
        return try StoreReader(connection, digests: digests, at: Instant(seconds: 0)).checkpoints(
            after: size, limit: limit)
    }

    /// How many records are in archives and no longer here.
    public func archived() throws(Problem) -> Int64 {
        guard hasTree else { return 0 }
        return try asking(failing: "the state cannot be read", mend: Self.mend) { () throws(StoreError) in
            try connection.first("SELECT archived FROM state") { row in row.integer(0) } ?? 0
        }
    }

    /// The tree as it was when the ledger had so many records, from what is stored of it; and the hash of the last of them.
    public func tree(at size: Int64) throws(Problem) -> (tiles: MerkleTiles, last: [UInt8]?) {
        guard size > 0 else { return (MerkleTiles(), nil) }
        return try asking(failing: "the tree at record \(size) cannot be read", mend: Self.mend) {
            () throws(StoreError) in
            let stored = try StoredTree(connection, MerkleHasher(digests))
            let last = try stored.hash(of: Subtree(height: 0, index: size - 1))
            return (try MerkleTiles(of: stored, size: size), last)
        }
    }

    /// The root over the first records, from what is stored of the tree.
    public func root(of size: Int64) throws(Problem) -> [UInt8] {
        try asking(failing: "the tree at record \(size) cannot be read", mend: Self.mend) { () throws(StoreError) in
            try StoredTree(connection, MerkleHasher(digests)).root(of: 0..<size)
        }
    }

    /// A full tile of the tree as it is stored; nil when there is none.
    public func tile(_ level: Int, _ number: Int64) throws(Problem) -> MerkleTile? {
        guard hasTree else { return nil }
        return try asking(
            failing: "tile \(number) of level \(level) of the tree cannot be read", mend: Self.mend
        ) { () throws(StoreError) in
            try StoredTree(connection, MerkleHasher(digests)).stored(level, number)
        }
    }

    /// Whether the database is of a version that stores tiles.
    public var storesTiles: Bool { hasTree }

    /// Records above `sequence`, by the numbers they are filed under, oldest first.
    public func records(after sequence: Int64, limit: Int) throws(Problem) -> [(sequence: Int64, record: [UInt8])] {
        try asking(failing: "what follows record \(sequence) cannot be read", mend: Self.mend) {
            () throws(StoreError) in
            try page.all([.integer(sequence), .integer(Int64(limit))]) { row in (row.integer(0), row.blob(1)) }
        }
    }
}
