/// The private key of the ledger.
public protocol CheckpointSigner: Sendable {
    /// The public half.
    var verifierKey: VerifierKey { get }
    /// The Ed25519 signature (RFC 8032) over a text.
    func signature(over text: [UInt8]) throws(Refusal) -> [UInt8]
}

/// Checks signatures of notes.
public protocol NoteVerifier: Sendable {
    /// Whether the key has signed the text. Any doubt is `false`.
    func isSigned(_ text: [UInt8], _ signature: [UInt8], by key: VerifierKey) -> Bool
}
