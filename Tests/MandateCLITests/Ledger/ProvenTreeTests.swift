import MandateCore
import MandateJOSE
import Testing

@testable import MandateCLI

@Suite("A proof that is printed")
struct ProvenTreeTests {
    /// A ledger of three records, and its proofs as administration answers them.
    private struct Tree {
        let inclusion: JSONValue
        let consistency: JSONValue

        init() throws {
            let hasher = MerkleHasher(OpenSSLDigests())
            let leaves = try (1...3).map { try hasher.leaf([$0]) }
            let older = try hasher.node(leaves[0], leaves[1])
            let root = Self.text(try hasher.node(older, leaves[2]))
            inclusion = [
                "seq": 3, "size": 3, "leaf_hash": Self.text(leaves[2]), "root_hash": root, "proof": [Self.text(older)],
            ]
            consistency = [
                "from": 2, "to": 3, "root1": Self.text(older), "root2": root, "proof": [Self.text(leaves[2])],
            ]
        }

        private static func text(_ hash: [UInt8]) -> JSONValue { .string(Base64.text(of: hash)) }
    }

    private func changed(_ proof: JSONValue, _ name: String, _ value: JSONValue?) -> JSONValue {
        .object(
            (proof.members ?? []).compactMap { member in
                member.name == name ? value.map { JSONMember(name: name, value: $0) } : member
            })
    }

    private static let otherHash = JSONValue.string(Base64.text(of: [UInt8](repeating: 7, count: 32)))

    @Test("leads to the roots it names", arguments: [nil, 3] as [Int64?])
    func leads(size: Int64?) throws {
        let tree = try Tree()
        try ProvenTree(tree.inclusion).requireInclusion(of: 3, in: size)
        try ProvenTree(tree.consistency).requireConsistency(from: 2, to: size)
    }

    @Test("is of what was asked")
    func asked() throws {
        let tree = try Tree()
        let (inclusion, consistency) = (ProvenTree(tree.inclusion), ProvenTree(tree.consistency))
        #expect(throws: CommandFailure.self) { try inclusion.requireInclusion(of: 2, in: nil) }
        #expect(throws: CommandFailure.self) { try inclusion.requireInclusion(of: 3, in: 4) }
        #expect(throws: CommandFailure.self) { try consistency.requireConsistency(from: 1, to: nil) }
        #expect(throws: CommandFailure.self) { try consistency.requireConsistency(from: 2, to: 4) }
    }

    @Test(
        "has no other hash, none missing, none added and nothing unreadable",
        arguments: ["leaf_hash", "root_hash", "proof"], [otherHash, "?", "AA==", [], [otherHash, otherHash], nil])
    func inclusion(name: String, value: JSONValue?) throws {
        let proof = changed(try Tree().inclusion, name, value)
        #expect(throws: CommandFailure.self) { try ProvenTree(proof).requireInclusion(of: 3, in: 3) }
    }

    @Test(
        "continues no ledger with another hash, one missing or one added",
        arguments: ["root1", "root2", "proof"], [otherHash, "?", "AA==", [], [otherHash, otherHash], nil])
    func consistency(name: String, value: JSONValue?) throws {
        let proof = changed(try Tree().consistency, name, value)
        #expect(throws: CommandFailure.self) { try ProvenTree(proof).requireConsistency(from: 2, to: 3) }
    }

    @Test("says where it does not lead when it is refused")
    func sentence() throws {
        let proof = changed(try Tree().inclusion, "leaf_hash", Self.otherHash)
        #expect {
            try ProvenTree(proof).requireInclusion(of: 3, in: nil)
        } throws: { error in
            "\(error)".hasPrefix("the proof of record 3 does not lead to the root of 3 records")
        }
    }
}
