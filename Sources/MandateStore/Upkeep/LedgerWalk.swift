import MandateCore

/// Goes over every record that a database has, oldest first: each has its number and names the hash of the one before,
/// and together they have the roots that were signed.
struct LedgerWalk {
    /// What the Merkle root over the first `size` records must be, and who says so.
    struct Root {
        let size: Int64
        let hash: [UInt8]
        let source: String
    }

    private let connection: Connection
    private let hasher: MerkleHasher
    /// What comes next, the smallest first.
    private var expected: ArraySlice<Root>
    private var frontier = MerkleFrontier()
    private var last: (sequence: Int64, leaf: [UInt8])?

    private static let recordsAtOnce: Int64 = 1000

    /// What becomes of whoever cannot read the ledger.
    static let failing = "the ledger cannot be read"

    /// Goes over a connection's records from `first` on. What is before it is known by the tree, and the tree by the roots
    /// that were signed since.
    init(
        over connection: Connection, from first: Int64, hashing digests: any Digests, expecting roots: [Root]
    ) throws(Problem) {
        self.connection = connection
        hasher = MerkleHasher(digests)
        expected = roots.filter { $0.size >= first - 1 }.sorted { $0.size < $1.size }[...]
        guard first > 1 else { return }
        (frontier, last) = try asking(failing: Self.failing) { [hasher] () throws(StoreError) in
            let tree = try StoredTree(connection, hasher)
            let leaf = try tree.hash(of: Subtree(height: 0, index: first - 2))
            return (try MerkleFrontier(of: tree, size: first - 1), (first - 1, leaf))
        }
        try meetRoots()
    }

    /// Goes over all that a database has; it must begin where its archives end, or before.
    init(of path: String, digests: any Digests, expecting roots: [Root]) throws(Problem) {
        let (connection, first, archived) = try asking(failing: Self.failing) { () throws(StoreError) in
            let connection = try Connection(path: path, access: .reading)
            let (first, archived) =
                try connection.first("SELECT (SELECT min(seq) FROM ledger), archived FROM state") { row in
                    (row.optionalInteger(0), row.integer(1))
                } ?? (nil, 0)
            return (connection, first, archived)
        }
        guard first ?? 1 <= archived + 1, first != nil || archived == 0 else {
            throw Self.fault("record \(archived + 1) is bad: it is missing")
        }
        try self.init(over: connection, from: first ?? 1, hashing: digests, expecting: roots)
    }

    /// Names the first record that does not continue the one before it, or the first root that is another.
    mutating func check() throws(Problem) {
        let page = try asking(failing: Self.failing) { [connection] () throws(StoreError) in
            try connection.prepare("SELECT seq, record FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?")
        }
        while true {
            let after = last?.sequence ?? 0
            let rows = try asking(failing: Self.failing) { () throws(StoreError) in
                try page.all([.integer(after), .integer(Self.recordsAtOnce)]) { row in
                    (sequence: row.integer(0), record: row.blob(1))
                }
            }
            for row in rows { try check(row.sequence, row.record) }
            if rows.count < Self.recordsAtOnce { break }
        }
        try finish()
    }

    /// There are no more records.
    func finish() throws(Problem) {
        if let unmet = expected.first {
            throw Self.fault("\(unmet.source) covers \(unmet.size) records, more than there are")
        }
    }

    /// Checks the next record.
    mutating func check(_ sequence: Int64, _ record: [UInt8]) throws(Problem) {
        let json: JSONValue
        do {
            json = try JSONValue(strict: record)
        } catch {
            throw Self.fault("record \(sequence) is bad: it is not strict JSON")
        }
        let next = (last?.sequence ?? 0) + 1
        guard sequence == next else { throw Self.fault("record \(next) is bad: it is missing") }
        guard json["seq"] == .integer(sequence) else {
            throw Self.fault("record \(sequence) is bad: it has another number")
        }
        let previous = last.map { JSONValue.string(Hex.encode(sha256: $0.leaf)) } ?? .null
        guard json["prev"] == previous else {
            throw Self.fault("record \(sequence) is bad: its prev is not the hash of record \(sequence - 1)")
        }
        let leaf = try asking(failing: Self.failing) { [hasher] () throws(StoreError) in
            try hashing { () throws(Refusal) in try hasher.leaf(record) }
        }
        last = (sequence, leaf)
        do throws(Refusal) {
            try frontier.append(leaf, hasher)
        } catch {
            throw Self.fault("SHA-256 failed")
        }
        try meetRoots()
    }

    private mutating func meetRoots() throws(Problem) {
        while let root = expected.first, root.size == frontier.size {
            let found = try asking(failing: Self.failing) { [frontier, hasher] () throws(StoreError) in
                try hashing { () throws(Refusal) in try frontier.root(hasher) }
            }
            guard found == root.hash else {
                throw Self.fault(
                    "\(root.source) has another root than its first \(root.size) records: records were changed, or it is "
                        + "another ledger")
            }
            expected.removeFirst()
        }
    }

    private static func fault(_ why: String) -> Problem {
        Problem(.invalid, "the ledger does not verify: \(why)")
    }
}
