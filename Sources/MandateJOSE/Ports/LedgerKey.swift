import Glibc
import MandateCore

/// The key that signs the checkpoints of the ledger: an Ed25519 key of its own, in `ledger.pem`.
public struct LedgerKey: CheckpointSigner {
    public let verifierKey: VerifierKey
    private let key: PrivateKey

    private static let file = "ledger.pem"
    private static let mend = "without a backup of it run mandate ledger rotate-key"

    /// The key that a database names; refused when the file is not as it must be, or holds another one.
    public static func read(_ known: VerifierKey, in directory: KeyDirectory) throws(Problem) -> LedgerKey {
        let found: LedgerKey
        do throws(JOSEError) {
            found = try LedgerKey(directory.read(file, algorithm: .eddsa), named: known.name)
        } catch {
            throw Problem(error, mend: mend)
        }
        guard found.verifierKey == known else {
            throw Problem(
                .unavailable,
                "\(directory.shown(file)) is not the key of this ledger (\(known.name)+\(Hex.encode(known.hash))): "
                    + "put that one in its place; \(mend)")
        }
        return found
    }

    /// The key for a database that names none: the one that is there, else a new one.
    public static func adopt(named name: NoteKeyName, in directory: KeyDirectory) throws(Problem) -> LedgerKey {
        do throws(JOSEError) {
            try directory.prepare()
            if directory.holds(file) { return try LedgerKey(directory.read(file, algorithm: .eddsa), named: name) }
            let key = try PrivateKey.generate(.eddsa)
            try directory.write(key, as: file)
            return try LedgerKey(key, named: name)
        } catch {
            throw Problem(error, mend: "move it away, and a new one is made")
        }
    }

    /// Gives the file another name, when there is one.
    public static func setAside(in directory: KeyDirectory, at now: Instant) throws(Problem) {
        do throws(JOSEError) {
            if directory.holds(file) { try directory.rename(file, to: "ledger-\(now.milliseconds).pem") }
        } catch {
            throw Problem(error, mend: "nothing was changed")
        }
    }

    /// Whether the file is there; it is not looked into.
    public static func hasFile(in directory: KeyDirectory) -> Bool {
        directory.holds(file)
    }

    private init(_ key: PrivateKey, named name: NoteKeyName) throws(JOSEError) {
        guard case .ed25519(let bytes) = key.publicKey.parts else { throw .cryptoFailure }
        let verifierKey: VerifierKey?
        do throws(Refusal) {
            verifierKey = try VerifierKey(name: name, publicKey: bytes, hashing: OpenSSLDigests())
        } catch {
            throw .cryptoFailure
        }
        guard let verifierKey else { throw .cryptoFailure }
        self.key = key
        self.verifierKey = verifierKey
    }

    /// The Ed25519 signature over `text`.
    public func signature(over text: [UInt8]) throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try Signer(key).signature(over: text)
        } catch {
            throw .unavailable(.signingKey)
        }
    }
}

extension Problem {
    fileprivate init(_ error: JOSEError, mend: String) {
        switch error {
        case .keyFile(let sentence): self.init(.unavailable, "\(sentence); \(mend)")
        case .malformed, .unsupportedAlgorithm, .unsupportedKey, .badSignature, .wrongType, .unknownKey, .cryptoFailure:
            self.init(.unavailable, "OpenSSL could not make or read the key of the ledger; nothing was changed")
        }
    }
}
