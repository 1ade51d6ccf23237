import MandateCore
import MandateJOSE

/// Checks records one after the other, in bounded memory: that each is its own canonical form, follows the one before it by
/// number, and names the hash of it; and that signed checkpoints were signed over these records (docs/ledger.md).
struct LedgerVerification {
    private(set) var count = 0
    private(set) var lastSequence: Int64
    /// The leaf hash of the last record: `sha256:` and hex; nil when it is unknown.
    private(set) var head: String?
    /// How many records the largest checkpoint covers that was found to agree.
    private(set) var covered: Int64?
    /// Up to which record the ones that were checked say that records are in archives.
    private(set) var archived: Int64 = 0
    /// The tree over all records from the first.
    private var tree: KnownTree
    /// What is still to be compared, the largest first.
    private var awaited: [NamedCheckpoint]
    private static let hasher = MerkleHasher(OpenSSLDigests())

    /// Expects the record after `sequence`. What that one was, and the tree up to it, is unknown unless it is said, or
    /// there is none; without the tree there is no comparing with checkpoints.
    init(
        after sequence: Int64 = 0, tree: KnownTree = .unknown, previous: [UInt8]? = nil,
        checkpoints: [NamedCheckpoint] = []
    ) {
        lastSequence = sequence
        self.tree = sequence == 0 ? .tiles(MerkleTiles()) : tree
        head = previous.map(Hex.encode(sha256:))
        awaited = checkpoints.sorted { $0.checkpoint.size > $1.checkpoint.size }
    }

    /// Checks the next record; answers the tiles of the tree that it fills.
    @discardableResult
    mutating func check(_ bytes: [UInt8]) throws(LedgerFault) -> [MerkleTile] {
        try compare()
        let (expected, overflow) = lastSequence.addingReportingOverflow(1)
        guard !overflow else { throw LedgerFault(sequence: lastSequence, why: "no number comes after it") }
        archived = max(archived, try checkForm(bytes, of: expected))
        let tiles: [MerkleTile]
        do throws(Refusal) {
            let leaf = try Self.hasher.leaf(bytes)
            tiles = try tree.append(leaf, Self.hasher)
            head = Hex.encode(sha256: leaf)
        } catch {
            throw LedgerFault(sequence: expected, why: "it could not be hashed")
        }
        lastSequence = expected
        count += 1
        try compare()
        return tiles
    }

    /// Checks that nothing is missing at the end.
    mutating func finish() throws(LedgerFault) {
        try compare()
        guard let longest = awaited.first else { return }
        throw .cut(
            from: lastSequence + 1,
            why:
                "\(longest.source) covers \(longest.checkpoint.size) records, the ledger ends with record \(lastSequence)"
        )
    }

    /// Answers up to which record it says that records are in an archive; 0 when it says nothing of the kind.
    private func checkForm(_ bytes: [UInt8], of expected: Int64) throws(LedgerFault) -> Int64 {
        let record: JSONValue
        do throws(JSONError) {
            record = try JSONValue(strict: bytes)
        } catch {
            throw LedgerFault(sequence: expected, why: "it is not strict JSON")
        }
        guard record.members != nil, let sequence = record["seq"]?.integer else {
            throw LedgerFault(sequence: expected, why: "it has no seq")
        }
        guard sequence == expected else {
            throw LedgerFault(sequence: sequence, why: "record \(expected) belongs here")
        }
        guard record.canonical == bytes else {
            throw LedgerFault(sequence: sequence, why: "it is not in canonical form (RFC 8785)")
        }
        try checkPrevious(record["prev"], of: sequence)
        guard record["event"] == .string(LedgerEvent.ledgerArchived.rawValue) else { return 0 }
        return record["change"]?["to"]?.integer ?? 0
    }

    private func checkPrevious(_ previous: JSONValue?, of sequence: Int64) throws(LedgerFault) {
        if sequence == 1 {
            guard previous == .null else { throw LedgerFault(sequence: sequence, why: "its prev is not null") }
        } else if let head {
            guard previous == .string(head) else {
                let why = "its prev is not the hash of record \(sequence - 1): one of the two was changed"
                throw LedgerFault(sequence: sequence, why: why)
            }
        } else {
            guard let text = previous?.string, text.hasPrefix("sha256:"), text.utf8.count == 71 else {
                throw LedgerFault(sequence: sequence, why: "its prev is no hash")
            }
        }
    }

    /// Compares with every checkpoint that covers exactly the records until here.
    private mutating func compare() throws(LedgerFault) {
        while let next = awaited.last, next.checkpoint.size <= lastSequence {
            guard next.checkpoint.size == lastSequence, tree.isKnown else {
                throw LedgerFault(
                    sequence: lastSequence,
                    why:
                        "\(next.source) covers \(next.checkpoint.size) records, which cannot be compared from here on: "
                        + "verify the ledger from its first record")
            }
            let root: [UInt8]
            do throws(Refusal) {
                root = try tree.root(Self.hasher)
            } catch {
                throw LedgerFault(sequence: lastSequence, why: "it could not be hashed")
            }
            guard root == next.checkpoint.root else {
                let first = min((covered ?? 0) + 1, lastSequence)
                throw .among(first...lastSequence, why: "\(next.source) was signed over other records")
            }
            covered = lastSequence
            awaited.removeLast()
        }
    }
}
