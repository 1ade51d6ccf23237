import MandateCore
import MandateJOSE
import MandateTesting
import Testing

/// The definitions of RFC 9162 §2.1 as they stand there: recursive, and slow.
enum Definition {
    static func root(_ leaves: ArraySlice<[UInt8]>) throws -> [UInt8] {
        switch leaves.count {
        case 0: return try SHA256.hash([])
        case 1: return leaves[leaves.startIndex]
        case let count:
            let middle = leaves.startIndex + split(count)
            return try SHA256.hash([0x01] + root(leaves[..<middle]) + root(leaves[middle...]))
        }
    }

    static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) throws -> [[UInt8]] {
        if leaves.count == 1 { return [] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return index < k
            ? try path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : try path(index - k, leaves[middle...]) + [root(leaves[..<middle])]
    }

    static func proof(_ size: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool = true) throws -> [[UInt8]] {
        if size == leaves.count { return isWhole ? [] : [try root(leaves)] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return size <= k
            ? try proof(size, leaves[..<middle], isWhole) + [root(leaves[middle...])]
            : try proof(size - k, leaves[middle...], false) + [root(leaves[..<middle])]
    }

    /// The largest power of two smaller than `count`.
    private static func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}

@Suite("The Merkle tree")
struct MerkleTests {
    private static let hasher = MerkleHasher(OpenSSLDigests())
    private static let checker = MerkleProof(hasher)

    private static func leaves(_ count: Int) throws -> [[UInt8]] {
        try (0..<count).map { try hasher.leaf(Array("record \($0)".utf8)) }
    }

    @Test("goes on from the audit path of its last leaf, and from no other")
    func edge() throws {
        let hasher = MerkleHasher(OpenSSLDigests())
        let leaves = try (0..<70).map { try hasher.leaf([UInt8($0)]) }
        for size in 1...64 {
            let path = try Definition.path(size - 1, leaves[..<size])
            var edge = try #require(
                try MerkleFrontier(last: leaves[size - 1], path: path, size: Int64(size), hasher), "\(size)")
            #expect(try edge.root(hasher) == Definition.root(leaves[..<size]))
            for next in size..<70 { try edge.append(leaves[next], hasher) }
            #expect(try edge.root(hasher) == Definition.root(leaves[...]))
            #expect(try MerkleFrontier(last: leaves[0], path: path + [leaves[0]], size: Int64(size), hasher) == nil)
            #expect(try MerkleFrontier(last: [0], path: path, size: Int64(size), hasher) == nil)
        }
        #expect(try MerkleFrontier(last: leaves[0], path: [], size: 0, hasher) == nil)
    }

    @Test("has the root, the audit paths and the consistency proofs of RFC 9162 at every size up to 130")
    func small() throws {
        let leaves = try Self.leaves(130)
        let tree = LeafTree(leaves, Self.hasher)
        var frontier = MerkleFrontier()
        for size in 0...130 {
            let part = leaves[..<size]
            let root = try Definition.root(part)
            #expect(try frontier.root(Self.hasher) == root)
            #expect(try tree.root(of: 0..<Int64(size)) == root)
            #expect(try MerkleFrontier(of: tree, size: Int64(size)).root(Self.hasher) == root)
            for index in 0..<size {
                let path = try tree.inclusionProof(of: Int64(index), in: Int64(size))
                #expect(try path == Definition.path(index, part))
                try expectProof(of: leaves[index], Int64(index), Int64(size), root, path)
            }
            for old in 1..<max(size, 1) {
                let path = try tree.consistencyProof(from: Int64(old), to: Int64(size))
                #expect(try path == Definition.proof(old, part))
                let from = (size: Int64(old), root: try Definition.root(leaves[..<old]))
                #expect(try Self.checker.connects(from: from, to: (Int64(size), root), path: path))
                var other = from.root
                other[old % 32] ^= 1
                #expect(try !Self.checker.connects(from: (from.size, other), to: (Int64(size), root), path: path))
            }
            if size < 130 { try frontier.append(leaves[size], Self.hasher) }
        }
    }

    private func expectProof(
        of leaf: [UInt8], _ index: Int64, _ size: Int64, _ root: [UInt8], _ path: [[UInt8]]
    ) throws {
        #expect(try Self.checker.includes(leaf, at: index, in: size, root: root, path: path))
        #expect(try !Self.checker.includes(leaf, at: index, in: size, root: root, path: path + [root]))
        if !path.isEmpty {
            #expect(try !Self.checker.includes(leaf, at: index, in: size, root: root, path: path.dropLast()))
        }
        #expect(try !Self.checker.includes(leaf, at: index + 1, in: size, root: root, path: path))
    }

    @Test("does so at random larger sizes, and hands out every tile once, as it fills")
    func large() throws {
        var chance = SeededGenerator(seed: 4)
        let leaves = try Self.leaves(70_000)
        let tree = LeafTree(leaves, Self.hasher)
        var tiles = MerkleTiles()
        var found: [Int: Int64] = [:]
        for leaf in leaves {
            for tile in try tiles.append(leaf, Self.hasher) {
                #expect(tile.number == found[tile.level, default: 0])
                found[tile.level, default: 0] += 1
                if tile.level == 0, tile.number == 17 {
                    #expect(tile.hashes(0, count: 256) == Array(leaves[17 * 256..<18 * 256]))
                }
                if tile.level == 1 {
                    #expect(try tile.hashes(3, count: 1) == [Definition.root(leaves[768..<1024])])
                }
            }
        }
        #expect(found == [0: 273, 1: 1])
        #expect(MerkleTile.count(atLevel: 0, size: 70_000) == 273 && MerkleTile.count(atLevel: 1, size: 70_000) == 1)
        #expect(try tiles.root(Self.hasher) == Definition.root(leaves[...]))
        #expect(try MerkleTiles(of: tree, size: 70_000) == tiles)
        for _ in 0..<20 {
            let size = Int64.random(in: 1000...70_000, using: &chance)
            let index = Int64.random(in: 0..<size, using: &chance)
            let old = Int64.random(in: 1..<size, using: &chance)
            let root = try Definition.root(leaves[..<Int(size)])
            let path = try tree.inclusionProof(of: index, in: size)
            try expectProof(of: leaves[Int(index)], index, size, root, path)
            #expect(
                try Self.checker.connects(
                    from: (old, Definition.root(leaves[..<Int(old)])), to: (size, root),
                    path: tree.consistencyProof(from: old, to: size)))
        }
    }
}

@Suite(
    "The Merkle vectors of transparency-dev",
    .enabled(if: Vectors.arePresent, Comment(rawValue: Vectors.absent)))
struct MerkleVectorTests {
    private static let checker = MerkleProof(MerkleHasher(OpenSSLDigests()))

    private func files(_ folder: String) throws -> [String] {
        if folder.hasSuffix(".json") { return [folder] }
        return try Vectors.names(in: folder).flatMap { name in try files("\(folder)/\(name)") }
    }

    private func bytes(_ value: JSONValue?) throws -> [UInt8] {
        let text = try #require(value?.string)
        return try #require(Base64.decode(canonical: text.utf8))
    }

    /// A size that is no number of records here is refused before anything is computed.
    private func size(_ value: JSONValue?) -> Int64 { value?.integer ?? -1 }

    @Test("of inclusion are accepted and refused as they say")
    func inclusion() throws {
        let files = try files("merkle/testdata/inclusion")
        #expect(files.count == 98)
        for file in files {
            let vector = try JSONValue(strict: Vectors.bytes(file))
            let isGood = try Self.checker.includes(
                bytes(vector["leafHash"]), at: size(vector["leafIdx"]), in: size(vector["treeSize"]),
                root: bytes(vector["root"]), path: (vector["proof"]?.array ?? []).map(bytes))
            #expect(isGood == (vector["wantErr"] == .bool(false)), "\(file)")
        }
    }

    @Test("of consistency are accepted and refused as they say")
    func consistency() throws {
        let files = try files("merkle/testdata/consistency")
        #expect(files.count == 98)
        for file in files {
            let vector = try JSONValue(strict: Vectors.bytes(file))
            let isGood = try Self.checker.connects(
                from: (size(vector["size1"]), bytes(vector["root1"])),
                to: (size(vector["size2"]), bytes(vector["root2"])),
                path: (vector["proof"]?.array ?? []).map(bytes))
            #expect(isGood == (vector["wantErr"] == .bool(false)), "\(file)")
        }
    }
}
