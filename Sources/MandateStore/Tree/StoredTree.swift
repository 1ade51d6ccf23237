import MandateCore

/// The Merkle tree over the ledger as the database has it: full tiles, and records where a tile is not full yet.
struct StoredTree: SubtreeHashes {
    let hasher: MerkleHasher
    private let tile: Statement
    private let records: Statement

    init(_ connection: Connection, _ hasher: MerkleHasher) throws(StoreError) {
        self.hasher = hasher
        tile = try connection.prepare("SELECT hashes FROM tree_tile WHERE level = ? AND number = ?")
        records = try connection.prepare("SELECT record FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?")
    }

    func hash(of subtree: Subtree) throws(StoreError) -> [UInt8] {
        let (level, above) = subtree.height.quotientAndRemainder(dividingBy: MerkleTile.height)
        let (first, count) = (subtree.index << Int64(above), 1 << above)
        let (number, offset) = first.quotientAndRemainder(dividingBy: MerkleTile.width)
        if let tile = try stored(level, number) { return try root(of: tile.hashes(Int(offset), count: count)) }
        if level == 0 { return try root(of: try leaves(after: first, count: count)) }
        var row: [[UInt8]] = []
        for index in first..<first + Int64(count) {
            guard let below = try stored(level - 1, index) else { throw .unreadable("tree_tile: a tile is missing") }
            row.append(try root(of: below.hashes(0, count: Int(MerkleTile.width))))
        }
        return try root(of: row)
    }

    func node(_ left: [UInt8], _ right: [UInt8]) throws(StoreError) -> [UInt8] {
        try hashing { () throws(Refusal) in try hasher.node(left, right) }
    }

    func emptyRoot() throws(StoreError) -> [UInt8] {
        try hashing { () throws(Refusal) in try hasher.emptyRoot() }
    }

    /// A full tile; nil when there is none.
    func stored(_ level: Int, _ number: Int64) throws(StoreError) -> MerkleTile? {
        let bytes = try tile.first([.integer(Int64(level)), .integer(number)]) { row in row.blob(0) }
        return try bytes.map { (bytes) throws(StoreError) in
            guard let tile = MerkleTile(level: level, number: number, bytes: bytes) else {
                throw .unreadable("tree_tile")
            }
            return tile
        }
    }

    private func leaves(after sequence: Int64, count: Int) throws(StoreError) -> [[UInt8]] {
        let found = try records.all([.integer(sequence), .integer(Int64(count))]) { row throws(StoreError) in
            let record = row.blob(0)
            return try hashing { () throws(Refusal) in try hasher.leaf(record) }
        }
        guard found.count == count else { throw .unreadable("ledger: records of the tree are missing") }
        return found
    }

    private func root(of row: [[UInt8]]) throws(StoreError) -> [UInt8] {
        try hashing { () throws(Refusal) in try hasher.root(of: row) }
    }
}
