import Foundation
import MandateCore
import MandateJOSE

@testable import MandateCLI

/// A ledger in memory with its signed checkpoint, as the writer makes them.
struct SignedLedger {
    private(set) var records: [[UInt8]] = []
    let note: [UInt8]
    let key: VerifierKey

    init(count: Int64, signedAt size: Int64? = nil) throws {
        let folder = NSTemporaryDirectory() + "/mandate-signed-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard let issuer = Issuer("https://tokens.example") else { throw CommandFailure("no issuer") }
        let signer = try LedgerKey.adopt(named: NoteKeyName(ledgerOf: issuer), in: KeyDirectory(path: folder))
        let hasher = MerkleHasher(OpenSSLDigests())
        var frontier = MerkleFrontier()
        var checkpoint: Checkpoint?
        var previous: String?
        for sequence in 1...count {
            let bytes = Self.record(sequence, previous)
            let leaf = try hasher.leaf(bytes)
            previous = "sha256:" + Hex.encode(leaf)
            records.append(bytes)
            try frontier.append(leaf, hasher)
            if sequence == size ?? count {
                let root = try frontier.root(hasher)
                checkpoint = Checkpoint(origin: signer.verifierKey.name, size: sequence, root: root)
            }
        }
        guard let checkpoint else { throw CommandFailure("no checkpoint") }
        note = try SignedCheckpoint(checkpoint, signedBy: signer).note
        key = signer.verifierKey
    }

    private static func record(_ sequence: Int64, _ previous: String?) -> [UInt8] {
        var record = LedgerRecord(
            at: Instant(seconds: 1_800_000_000 + sequence), event: sequence % 3 == 0 ? .tokenRefused : .tokenIssued)
        record.agentID = "agent-\(sequence)"
        record.decision = sequence % 3 == 0 ? .deny : .allow
        record.requestID = "01a1fce5-0ae6-7a46-9348-10f22f235e\(sequence % 90 + 10)"
        record.change = ["text": .string("ä \"quoted\" \n \u{1F600}"), "number": .integer(sequence)]
        return record.pieces.record(sequence: sequence, previous: previous)
    }

    func checkpoint() throws -> NamedCheckpoint {
        try CheckpointReading(keys: [key]).read(note, from: "ledger.checkpoint")
    }

    /// The export as one file.
    var export: [UInt8] { records.flatMap { $0 + [UInt8(ascii: "\n")] } }

    /// What verification says of an export, line by line as a file is read; nil when nothing is wrong.
    static func fault(_ export: some Collection<UInt8>, _ checkpoints: [NamedCheckpoint]) -> LedgerFault? {
        fault(LedgerVerification(checkpoints: checkpoints), Array(export)[...])
    }

    /// The same from where a verification has come to.
    static func fault(_ verified: LedgerVerification, _ rest: ArraySlice<UInt8>) -> LedgerFault? {
        var verification = verified
        var rest = rest
        do throws(LedgerFault) {
            while !rest.isEmpty {
                let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                try verification.check(Array(rest[..<end]))
                rest = rest[min(end + 1, rest.endIndex)...]
            }
            try verification.finish()
            return nil
        } catch {
            return error
        }
    }
}
