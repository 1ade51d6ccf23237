/// A complete subtree: the 2^height leaves from leaf index·2^height on.
public struct Subtree: Hashable, Sendable {
    public let height: Int
    /// Which of the subtrees of this height, from the left.
    public let index: Int64

    public init(height: Int, index: Int64) {
        self.height = height
        self.index = index
    }

    /// The complete subtrees that stand side by side over a range of leaves, left to right: the largest first. The range
    /// begins at a multiple of the first one's width, as every range of RFC 9162 does.
    public static func covering(_ leaves: Range<Int64>) -> [Subtree] {
        var found: [Subtree] = []
        var position = leaves.lowerBound
        while position < leaves.upperBound {
            let room = Int64.bitWidth - 1 - (leaves.upperBound - position).leadingZeroBitCount
            let height = position == 0 ? room : min(room, position.trailingZeroBitCount)
            found.append(Subtree(height: height, index: position >> Int64(height)))
            position += 1 << Int64(height)
        }
        return found
    }
}

/// Who knows the hash of every complete subtree of one tree.
public protocol SubtreeHashes {
    associatedtype Fault: Error
    func hash(of subtree: Subtree) throws(Fault) -> [UInt8]
    /// The hash of a node over two others (``MerkleHasher/node(_:_:)``).
    func node(_ left: [UInt8], _ right: [UInt8]) throws(Fault) -> [UInt8]
    /// The root of the tree without leaves.
    func emptyRoot() throws(Fault) -> [UInt8]
}

extension SubtreeHashes {
    /// MTH(D[leaves]) of RFC 9162 §2.1.1; with 0..<n the root of the tree when it had n leaves.
    public func root(of leaves: Range<Int64>) throws(Fault) -> [UInt8] {
        var subtrees = Subtree.covering(leaves)
        guard let last = subtrees.popLast() else { return try emptyRoot() }
        var root = try hash(of: last)
        while let left = subtrees.popLast() { root = try node(try hash(of: left), root) }
        return root
    }

    /// PATH(index, D[size]) of RFC 9162 §2.1.3.1: the audit path from a leaf to the root, the leaf's end first. Empty
    /// when there is no such leaf in a tree of this size.
    public func inclusionProof(of index: Int64, in size: Int64) throws(Fault) -> [[UInt8]] {
        guard index >= 0, index < size else { return [] }
        var path: [[UInt8]] = []
        for range in MerkleRanges.inclusion(of: index, in: size) { path.append(try root(of: range)) }
        return path
    }

    /// PROOF(from, D[to]) of RFC 9162 §2.1.4.1: that the tree of `to` leaves continues the one of `from`. Empty when both
    /// are the same, and when there is nothing to prove.
    public func consistencyProof(from: Int64, to: Int64) throws(Fault) -> [[UInt8]] {
        guard from > 0, from < to else { return [] }
        var path: [[UInt8]] = []
        for range in MerkleRanges.consistency(from: from, to: to) { path.append(try root(of: range)) }
        return path
    }
}

/// The ranges of leaves whose hashes make up a proof.
enum MerkleRanges {
    /// For 0 ≤ index < size.
    static func inclusion(of index: Int64, in size: Int64) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        var leaves = 0..<size
        while leaves.count > 1 {
            let middle = split(leaves)
            if index < middle {
                ranges.append(middle..<leaves.upperBound)
                leaves = leaves.lowerBound..<middle
            } else {
                ranges.append(leaves.lowerBound..<middle)
                leaves = middle..<leaves.upperBound
            }
        }
        return ranges.reversed()
    }

    /// For 0 < from < to.
    static func consistency(from: Int64, to: Int64) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        var leaves = 0..<to
        while leaves.upperBound > from {
            let middle = split(leaves)
            if from <= middle {
                ranges.append(middle..<leaves.upperBound)
                leaves = leaves.lowerBound..<middle
            } else {
                ranges.append(leaves.lowerBound..<middle)
                leaves = middle..<leaves.upperBound
            }
        }
        // What is left is a subtree of the old tree. When it is all of it, the verifier has its hash already.
        if leaves.lowerBound > 0 { ranges.append(leaves) }
        return ranges.reversed()
    }

    /// Where the largest complete subtree that is not all of the leaves ends.
    private static func split(_ leaves: Range<Int64>) -> Int64 {
        let last = leaves.upperBound - leaves.lowerBound - 1
        return leaves.lowerBound + 1 << Int64(Int64.bitWidth - 1 - last.leadingZeroBitCount)
    }
}
