/// The hashes a Merkle tree is made of (RFC 9162 §2.1.1, as RFC 6962 has them).
public struct MerkleHasher: Sendable {
    /// How many bytes a hash has.
    public static let length = 32

    private let digests: any Digests

    public init(_ digests: any Digests) {
        self.digests = digests
    }

    /// The hash of a leaf: SHA-256( 0x00 ‖ record ).
    public func leaf(_ record: [UInt8]) throws(Refusal) -> [UInt8] {
        try digests.sha256([0x00] + record)
    }

    /// The hash of a node: SHA-256( 0x01 ‖ left ‖ right ).
    public func node(_ left: [UInt8], _ right: [UInt8]) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 + left.count + right.count)
        bytes.append(0x01)
        bytes.append(contentsOf: left)
        bytes.append(contentsOf: right)
        return try digests.sha256(bytes)
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    public func emptyRoot() throws(Refusal) -> [UInt8] {
        try digests.sha256([])
    }

    /// The root of a row of hashes of one height whose number is a power of two.
    public func root(of row: [[UInt8]]) throws(Refusal) -> [UInt8] {
        guard var root = row.first else { return try emptyRoot() }
        var level = row
        while level.count > 1 {
            var above: [[UInt8]] = []
            above.reserveCapacity(level.count / 2)
            for left in stride(from: 0, to: level.count - 1, by: 2) {
                above.append(try node(level[left], level[left + 1]))
            }
            level = above
            root = level.first ?? root
        }
        return root
    }
}
