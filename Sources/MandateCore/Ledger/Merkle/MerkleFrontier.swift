/// The right edge of a growing Merkle tree: all that is needed to append leaves and to know the root at any time. A leaf
/// costs one hash of a node, on average.
public struct MerkleFrontier: Hashable, Sendable {
    /// How many leaves there are.
    public private(set) var size: Int64 = 0
    /// The roots of the complete subtrees side by side, the largest first; one for each bit of the size.
    private var roots: [[UInt8]] = []

    public init() {}

    /// The edge of a tree that was built before.
    public init<Tree: SubtreeHashes>(of tree: Tree, size: Int64) throws(Tree.Fault) {
        for subtree in Subtree.covering(0..<size) { roots.append(try tree.hash(of: subtree)) }
        self.size = size
    }

    /// The edge of a tree of `size` leaves, of its last leaf and that one's audit path: it names all that stands to the left.
    /// Nil when the path has another length.
    public init?(last leaf: [UInt8], path: [[UInt8]], size: Int64, _ hasher: MerkleHasher) throws(Refusal) {
        guard size > 0, path.count == size.trailingZeroBitCount + size.nonzeroBitCount - 1,
            leaf.count == MerkleHasher.length, path.allSatisfy({ $0.count == MerkleHasher.length })
        else { return nil }
        var root = leaf
        for left in path.prefix(size.trailingZeroBitCount) { root = try hasher.node(left, root) }
        roots = path.dropFirst(size.trailingZeroBitCount).reversed() + [root]
        self.size = size
    }

    /// Appends a leaf by its hash; `completed` is told the height and the root of every subtree that is now complete, the
    /// leaf first.
    public mutating func append(
        _ leaf: [UInt8], _ hasher: MerkleHasher, completed: (Int, [UInt8]) -> Void = { _, _ in }
    ) throws(Refusal) {
        var (root, height, rest) = (leaf, 0, size)
        completed(0, leaf)
        while rest & 1 == 1, let left = roots.popLast() {
            root = try hasher.node(left, root)
            height += 1
            rest >>= 1
            completed(height, root)
        }
        roots.append(root)
        size += 1
    }

    /// The root of the tree as it is now.
    public func root(_ hasher: MerkleHasher) throws(Refusal) -> [UInt8] {
        guard var root = roots.last else { return try hasher.emptyRoot() }
        for left in roots.dropLast().reversed() { root = try hasher.node(left, root) }
        return root
    }
}
