import MandateCore

extension FakeEditor {
    func checkpointKey() -> VerifierKey? { state.checkpointKey }
    func latestCheckpoint() -> StoredCheckpoint? { state.checkpoints.last }

    func checkpoints(after size: Int64, limit: Int) -> [StoredCheckpoint] {
        Array(state.checkpoints.filter { $0.size > size }.prefix(limit))
    }

    func ledgerSize() -> Int64 { Int64(state.records.count) }

    func ledgerRoot(of leaves: Range<Int64>) throws(Problem) -> [UInt8] {
        try asking { (tree) throws(Refusal) in try tree.root(of: leaves) }
    }

    func inclusionProof(of index: Int64, in size: Int64) throws(Problem) -> [[UInt8]] {
        try asking { (tree) throws(Refusal) in try tree.inclusionProof(of: index, in: size) }
    }

    func consistencyProof(from: Int64, to: Int64) throws(Problem) -> [[UInt8]] {
        try asking { (tree) throws(Refusal) in try tree.consistencyProof(from: from, to: to) }
    }

    private func asking<Answer>(_ question: (LeafTree) throws(Refusal) -> Answer) throws(Problem) -> Answer {
        do throws(Refusal) {
            let hasher = MerkleHasher(FakeDigests())
            var leaves: [[UInt8]] = []
            for (index, record) in state.records.enumerated() {
                leaves.append(try hasher.leaf(record.pieces.record(sequence: Int64(index + 1), previous: nil)))
            }
            return try question(LeafTree(leaves, hasher))
        } catch {
            throw Problem(.unavailable, "SHA-256 failed")
        }
    }
}

/// A tree over leaves in memory, with every hash computed when it is asked for.
public struct LeafTree: SubtreeHashes {
    private let leaves: [[UInt8]]
    private let hasher: MerkleHasher

    public init(_ leaves: [[UInt8]], _ hasher: MerkleHasher) {
        self.leaves = leaves
        self.hasher = hasher
    }

    public func hash(of subtree: Subtree) throws(Refusal) -> [UInt8] {
        let first = Int(subtree.index) << subtree.height
        return try hasher.root(of: Array(leaves[first..<first + 1 << subtree.height]))
    }

    public func node(_ left: [UInt8], _ right: [UInt8]) throws(Refusal) -> [UInt8] { try hasher.node(left, right) }
    public func emptyRoot() throws(Refusal) -> [UInt8] { try hasher.emptyRoot() }
}
