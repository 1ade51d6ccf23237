import MandateCore
import MandateJOSE

/// A checkpoint to compare a ledger with, and where it was found.
struct NamedCheckpoint: Hashable {
    let checkpoint: Checkpoint
    /// As in "… covers 12 records".
    let source: String
}

/// Reads checkpoints and proves who signed them.
struct CheckpointReading {
    /// Whose signatures are good; when there are none, signatures are not looked at.
    let keys: [VerifierKey]

    /// The checkpoint of a note, refused unless one of the keys has signed it.
    func read(_ note: [UInt8], from source: String) throws(CommandFailure) -> NamedCheckpoint {
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(signed.text) else {
            throw CommandFailure("\(source) \(CheckpointFault.notACheckpoint)")
        }
        guard !keys.isEmpty else { return NamedCheckpoint(checkpoint: checkpoint, source: source) }
        var fault = CheckpointFault.notSigned(by: checkpoint.origin)
        for key in keys {
            do throws(CheckpointFault) {
                let proven = try SignedCheckpoint(note, by: key, checking: Ed25519Notes())
                return NamedCheckpoint(checkpoint: proven.checkpoint, source: source)
            } catch {
                // A signature that names the key says more than that another key's is missing.
                if fault != .badSignature { fault = error }
            }
        }
        throw CommandFailure("\(source) \(fault)")
    }

    /// The checkpoint in a file.
    func read(file: String) throws(CommandFailure) -> NamedCheckpoint {
        try read(try FileBytes.read(file, limit: SignedNote.longest), from: file)
    }

    /// A key as it was given: the line itself, or a file with it.
    static func key(_ text: String) throws(CommandFailure) -> VerifierKey {
        if let key = try parsed(text) { return key }
        guard FileBytes.exists(text) else {
            throw CommandFailure(
                "\(Terminal.harmless(text)) is neither a key (name+hash+key, as mandate ledger checkpoint --key prints it) "
                    + "nor a file with one")
        }
        var line = try FileBytes.read(text, limit: 4096)
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        guard let key = try parsed(String(decoding: line, as: UTF8.self)) else {
            throw CommandFailure("\(text) does not hold one line with a key (name+hash+key)")
        }
        return key
    }

    private static func parsed(_ text: String) throws(CommandFailure) -> VerifierKey? {
        do throws(Refusal) {
            return try VerifierKey(text, hashing: OpenSSLDigests())
        } catch {
            throw CommandFailure("OpenSSL cannot compute SHA-256")
        }
    }
}
