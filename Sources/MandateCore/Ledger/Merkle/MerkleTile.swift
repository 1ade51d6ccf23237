/// 256 hashes of one level side by side, as the tree is stored: level 0 holds leaves, level n the roots of full tiles of
/// level n-1.
public struct MerkleTile: Hashable, Sendable {
    /// How many levels of the tree a tile spans.
    public static let height = 8
    /// How many hashes a full tile holds.
    public static let width: Int64 = 1 << Int64(height)
    /// How many bytes a full tile has.
    public static let length = Int(width) * MerkleHasher.length

    public let level: Int
    /// Which one of its level: tile k holds the hashes 256k to 256k+255.
    public let number: Int64
    /// The hashes one after the other.
    public let bytes: [UInt8]

    /// A full tile; nil when these are not 256 hashes.
    public init?(level: Int, number: Int64, bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.level = level
        self.number = number
        self.bytes = bytes
    }

    /// How many full tiles of a level a tree has.
    public static func count(atLevel level: Int, size: Int64) -> Int64 {
        let bits = (level + 1) * height
        return bits < Int64.bitWidth - 1 ? size >> Int64(bits) : 0
    }

    /// The hashes of a row of a tile, which begins with hash `start`.
    public func hashes(_ start: Int, count: Int) -> [[UInt8]] {
        (start..<start + count).map { index in
            Array(bytes[index * MerkleHasher.length..<(index + 1) * MerkleHasher.length])
        }
    }
}

/// A growing Merkle tree that hands out its tiles as they fill.
public struct MerkleTiles: Hashable, Sendable {
    private var frontier: MerkleFrontier
    /// The hashes of each level that do not fill a tile yet.
    private var open: [[UInt8]]

    /// How many leaves there are.
    public var size: Int64 { frontier.size }

    public init() {
        frontier = MerkleFrontier()
        open = []
    }

    /// Goes on with a tree that was built before.
    public init<Tree: SubtreeHashes>(of tree: Tree, size: Int64) throws(Tree.Fault) {
        frontier = try MerkleFrontier(of: tree, size: size)
        open = []
        var (hashes, level) = (size, 0)
        while hashes > 0 {
            var row: [UInt8] = []
            for index in (hashes - hashes % MerkleTile.width)..<hashes {
                row += try tree.hash(of: Subtree(height: level * MerkleTile.height, index: index))
            }
            open.append(row)
            hashes /= MerkleTile.width
            level += 1
        }
    }

    /// Appends a leaf by its hash and answers the tiles that it fills: seldom one, hardly ever more.
    public mutating func append(_ leaf: [UInt8], _ hasher: MerkleHasher) throws(Refusal) -> [MerkleTile] {
        var open = self.open
        self.open = []
        defer { self.open = open }
        try frontier.append(leaf, hasher) { height, root in
            guard height % MerkleTile.height == 0 else { return }
            let level = height / MerkleTile.height
            if level == open.count { open.append([]) }
            open[level] += root
        }
        guard size % MerkleTile.width == 0 else { return [] }
        var full: [MerkleTile] = []
        for level in open.indices where open[level].count == MerkleTile.length {
            let number = MerkleTile.count(atLevel: level, size: size) - 1
            if let tile = MerkleTile(level: level, number: number, bytes: open[level]) { full.append(tile) }
            open[level].removeAll(keepingCapacity: true)
        }
        return full
    }

    /// The root of the tree as it is now.
    public func root(_ hasher: MerkleHasher) throws(Refusal) -> [UInt8] {
        try frontier.root(hasher)
    }
}
