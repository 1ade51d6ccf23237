/// Checks proofs about a Merkle tree (RFC 9162 §2.1.3.2 and §2.1.4.2). Whatever does not fit exactly is no proof.
public struct MerkleProof: Sendable {
    private let hasher: MerkleHasher

    public init(_ hasher: MerkleHasher) {
        self.hasher = hasher
    }

    /// The root that a leaf and its audit path lead to; nil when there is no such leaf, or the path has another length.
    public func root(of leaf: [UInt8], at index: Int64, in size: Int64, path: [[UInt8]]) throws(Refusal) -> [UInt8]? {
        guard index >= 0, index < size, leaf.count == MerkleHasher.length,
            path.allSatisfy({ $0.count == MerkleHasher.length })
        else { return nil }
        var (node, last) = (index, size - 1)
        var root = leaf
        for hash in path {
            guard last > 0 else { return nil }
            if node & 1 == 1 || node == last {
                root = try hasher.node(hash, root)
                while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                root = try hasher.node(root, hash)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 ? root : nil
    }

    /// Whether the leaf is the one at `index` in the tree with this size and root.
    public func includes(
        _ leaf: [UInt8], at index: Int64, in size: Int64, root: [UInt8], path: [[UInt8]]
    ) throws(Refusal) -> Bool {
        try self.root(of: leaf, at: index, in: size, path: path) == root
    }

    /// Whether the tree `to` begins with the whole tree `from`. A tree without leaves proves nothing.
    public func connects(
        from: (size: Int64, root: [UInt8]), to: (size: Int64, root: [UInt8]), path: [[UInt8]]
    ) throws(Refusal) -> Bool {
        guard from.size > 0, from.size <= to.size, path.allSatisfy({ $0.count == MerkleHasher.length })
        else { return false }
        if from.size == to.size { return path.isEmpty && from.root == to.root }
        guard !path.isEmpty else { return false }
        var rest = path[...]
        // The hash of a complete tree is not sent along: the verifier has it.
        let seed = from.size & (from.size - 1) == 0 ? from.root : rest.removeFirst()
        var (node, last) = (from.size - 1, to.size - 1)
        while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
        var (first, second) = (seed, seed)
        for hash in rest {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                first = try hasher.node(hash, first)
                second = try hasher.node(hash, second)
                while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                second = try hasher.node(second, hash)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && first == from.root && second == to.root
    }
}
