/// How long the ledger was and what its root was (C2SP tlog-checkpoint); signed, it is a promise about every record.
public struct Checkpoint: Hashable, Sendable {
    /// Which ledger: the name of its key.
    public let origin: NoteKeyName
    /// How many records.
    public let size: Int64
    /// The root of the Merkle tree over them.
    public let root: [UInt8]

    public init(origin: NoteKeyName, size: Int64, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note; nil unless it is exactly what ``text`` writes. Extension lines are refused: nobody here
    /// could say what they promise.
    public init?(_ text: [UInt8]) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, let origin = NoteKeyName(String(decoding: lines[0], as: UTF8.self)),
            let size = Int64(String(decoding: lines[1], as: UTF8.self)), size >= 0,
            let root = Base64.decode(canonical: lines[2]), root.count == MerkleHasher.length
        else { return nil }
        self.init(origin: origin, size: size, root: root)
        // One spelling only: no sign, no leading zero.
        guard self.text == text else { return nil }
    }

    /// Three lines: the origin, the size, the root.
    public var text: [UInt8] {
        Array("\(origin)\n\(size)\n\(Base64.text(of: root))\n".utf8)
    }
}

/// A checkpoint that its ledger's key has signed.
public struct SignedCheckpoint: Hashable, Sendable {
    public let checkpoint: Checkpoint
    /// The whole note as it is published.
    public let note: [UInt8]

    /// Signs a checkpoint.
    public init(
        _ checkpoint: Checkpoint, signedBy signer: any CheckpointSigner
    ) throws(Refusal) {
        let key = signer.verifierKey
        let signature = SignedNote.Signature(
            name: key.name, keyHash: key.hash, bytes: try signer.signature(over: checkpoint.text))
        self.checkpoint = checkpoint
        note = SignedNote(text: checkpoint.text, signatures: [signature]).bytes
    }

    /// Reads a note and checks its signature; what is wrong with it is the end of a sentence about it.
    public init(
        _ note: [UInt8], by key: VerifierKey, checking verifier: any NoteVerifier
    ) throws(CheckpointFault) {
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(signed.text) else { throw .notACheckpoint }
        guard let signature = signed.signature(by: key), checkpoint.origin == key.name else {
            throw .notSigned(by: key.name)
        }
        guard verifier.isSigned(signed.text, signature.bytes, by: key) else { throw .badSignature }
        self.checkpoint = checkpoint
        self.note = note
    }
}

/// Why a text is not a checkpoint of a ledger.
public enum CheckpointFault: Error, Hashable, Sendable, CustomStringConvertible {
    case notACheckpoint
    case notSigned(by: NoteKeyName)
    case badSignature

    /// The end of a sentence about the note.
    public var description: String {
        switch self {
        case .notACheckpoint: "is not a checkpoint"
        case .notSigned(let name): "is not signed by the key of this ledger (\(name))"
        case .badSignature: "has a signature that does not fit it: it was changed, or somebody else made it"
        }
    }
}
