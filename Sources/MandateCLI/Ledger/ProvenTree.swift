import MandateCore
import MandateJOSE

/// A proof about the ledger's Merkle tree as administration answers it, which is held to what it claims.
struct ProvenTree {
    private let answer: JSONValue
    private let proof = MerkleProof(MerkleHasher(OpenSSLDigests()))

    init(_ answer: JSONValue) {
        self.answer = answer
    }

    /// Refuses a proof that does not lead from the hash of this record to the root of a ledger of `size` records
    /// (RFC 9162 §2.1.3.2); of the size that the answer names, when none was asked for.
    func requireInclusion(of sequence: Int64, in size: Int64?) throws(CommandFailure) {
        let named = try number("size")
        guard try number("seq") == sequence, size == nil || named == size else { throw Self.otherProof }
        let (leaf, root, path) = (try hash("leaf_hash"), try hash("root_hash"), try path())
        let isProven = try holds { () throws(Refusal) in
            try proof.includes(leaf, at: sequence - 1, in: named, root: root, path: path)
        }
        guard isProven else {
            throw CommandFailure(
                "the proof of record \(sequence) does not lead to the root of \(named) records: the tree in the database "
                    + "was changed; mandate ledger verify says more")
        }
    }

    /// Refuses a proof that the ledger of `to` records does not begin with the ledger of `from` records by
    /// (RFC 9162 §2.1.4.2); to the size that the answer names, when none was asked for.
    func requireConsistency(from: Int64, to: Int64?) throws(CommandFailure) {
        let named = try number("to")
        guard try number("from") == from, to == nil || named == to else { throw Self.otherProof }
        let (old, new, path) = (try hash("root1"), try hash("root2"), try path())
        let isProven = try holds { () throws(Refusal) in
            try proof.connects(from: (from, old), to: (named, new), path: path)
        }
        guard isProven else {
            throw CommandFailure(
                "the proof does not lead from the root of \(from) records to that of \(named): the tree in the database "
                    + "was changed; mandate ledger verify says more")
        }
    }

    private func number(_ name: String) throws(CommandFailure) -> Int64 {
        guard let number = answer[name]?.integer else { throw Administration.unreadable }
        return number
    }

    private func hash(_ name: String) throws(CommandFailure) -> [UInt8] {
        try Self.bytes(answer[name])
    }

    private func path() throws(CommandFailure) -> [[UInt8]] {
        guard let hashes = answer["proof"]?.array else { throw Administration.unreadable }
        return try hashes.map { hash throws(CommandFailure) in try Self.bytes(hash) }
    }

    private static func bytes(_ text: JSONValue?) throws(CommandFailure) -> [UInt8] {
        guard let bytes = text?.string.flatMap({ Base64.decode(canonical: $0.utf8) }) else {
            throw Administration.unreadable
        }
        return bytes
    }

    private func holds(_ check: () throws(Refusal) -> Bool) throws(CommandFailure) -> Bool {
        do throws(Refusal) {
            return try check()
        } catch {
            throw CommandFailure("OpenSSL cannot compute SHA-256")
        }
    }

    private static let otherProof = CommandFailure(
        "the server proves something else than was asked: update the server or mandate")
}
