import MandateCore

/// The growing end of the tree on the writer's connection: puts tiles in the database as they fill.
struct TreeEdge {
    private(set) var tiles: MerkleTiles
    private let hasher: MerkleHasher
    private let insert: Statement

    /// How many records it covers.
    var size: Int64 { tiles.size }

    /// The end of a ledger of `size` records. Tiles that were never made, as by a program before there was a tree, are
    /// made of the records.
    init(_ connection: Connection, size: Int64, _ hasher: MerkleHasher) throws(StoreError) {
        self.hasher = hasher
        insert = try connection.prepare("INSERT INTO tree_tile (level, number, hashes) VALUES (?, ?, ?)")
        tiles = MerkleTiles()
        if try Self.isComplete(connection, size: size) == false { try build(connection, size: size) }
        tiles = try MerkleTiles(of: try StoredTree(connection, hasher), size: size)
    }

    /// Appends the leaf of a record, inside a transaction.
    mutating func append(_ leaf: [UInt8]) throws(StoreError) {
        for tile in try hashing({ () throws(Refusal) in try tiles.append(leaf, hasher) }) {
            try insert.run([.integer(Int64(tile.level)), .integer(tile.number), .blob(tile.bytes)])
        }
    }

    func root() throws(StoreError) -> [UInt8] {
        try hashing { () throws(Refusal) in try tiles.root(hasher) }
    }

    /// Whether exactly the tiles are there that belong to a ledger of this size.
    private static func isComplete(_ connection: Connection, size: Int64) throws(StoreError) -> Bool {
        let found = try connection.all(
            "SELECT level, count(*), max(number) FROM tree_tile GROUP BY level ORDER BY level"
        ) { row in (level: row.integer(0), count: row.integer(1), last: row.integer(2)) }
        for (level, tiles) in found.enumerated() {
            let expected = MerkleTile.count(atLevel: level, size: size)
            guard tiles.level == Int64(level), tiles.count <= expected, tiles.last < expected else {
                throw StoreError(
                    code: 0,
                    message: "the ledger ends with record \(size) but was longer: records were cut off its end")
            }
            if tiles.count < expected { return false }
        }
        return MerkleTile.count(atLevel: found.count, size: size) == 0
    }

    private mutating func build(_ connection: Connection, size: Int64) throws(StoreError) {
        guard try connection.first("SELECT archived FROM state", map: { row in row.integer(0) }) == 0 else {
            throw .unreadable("tree_tile: a tile is missing, and its records are in an archive")
        }
        let page = try connection.prepare("SELECT record FROM ledger WHERE seq > ? ORDER BY seq LIMIT 256")
        try connection.execute("BEGIN IMMEDIATE; DELETE FROM tree_tile")
        while tiles.size < size {
            let leaves = try page.all([.integer(tiles.size)]) { row throws(StoreError) in
                let record = row.blob(0)
                return try hashing { () throws(Refusal) in try hasher.leaf(record) }
            }
            guard !leaves.isEmpty, tiles.size + Int64(leaves.count) <= size else {
                throw .unreadable("ledger: records are missing")
            }
            for leaf in leaves { try append(leaf) }
        }
        try connection.execute("COMMIT")
    }
}
