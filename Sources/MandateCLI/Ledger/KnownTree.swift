import MandateCore

/// What is known of the Merkle tree over the records before the first that is checked, and over those that were.
enum KnownTree {
    /// Nothing: there is no comparing with checkpoints.
    case unknown
    /// Its edge: enough for its root.
    case edge(MerkleFrontier)
    /// Its edge and the tiles that are not full yet.
    case tiles(MerkleTiles)

    var isKnown: Bool {
        switch self {
        case .unknown: false
        case .edge, .tiles: true
        }
    }

    /// Appends a leaf by its hash; answers the tiles that it fills, where they are known.
    mutating func append(_ leaf: [UInt8], _ hasher: MerkleHasher) throws(Refusal) -> [MerkleTile] {
        switch self {
        case .unknown: return []
        case .edge(var edge):
            // Moved out and in again, so that it is not copied for every leaf.
            self = .unknown
            try edge.append(leaf, hasher)
            self = .edge(edge)
            return []
        case .tiles(var tiles):
            self = .unknown
            let full = try tiles.append(leaf, hasher)
            self = .tiles(tiles)
            return full
        }
    }

    /// The root of the tree as it is now; of one that is not known the root of none.
    func root(_ hasher: MerkleHasher) throws(Refusal) -> [UInt8] {
        switch self {
        case .unknown: []
        case .edge(let edge): try edge.root(hasher)
        case .tiles(let tiles): try tiles.root(hasher)
        }
    }
}
