import MandateCore

/// Checks the Ed25519 signatures of notes with OpenSSL.
public struct Ed25519Notes: NoteVerifier {
    public init() {}

    /// Whether `signature` is the one of `key` over `text`; false also when that cannot be found out.
    public func isSigned(_ text: [UInt8], _ signature: [UInt8], by key: VerifierKey) -> Bool {
        do throws(JOSEError) {
            return try VerificationKey(.ed25519(key.publicKey)).verify(
                signature: signature, over: text, using: .eddsa)
        } catch {
            return false
        }
    }
}
