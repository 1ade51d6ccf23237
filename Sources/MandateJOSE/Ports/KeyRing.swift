import MandateCore
import Synchronization

/// The private keys this process can sign with. A key whose file vanishes later goes on signing from memory.
public final class KeyRing: KeyStore {
    private let directory: KeyDirectory
    private let keys = Mutex<[KeyID: PrivateKey]>([:])

    public init(directory: KeyDirectory) {
        self.directory = directory
    }

    /// Reads the keys that sign or will sign; refuses when one of them, or the place they are in, is not as it must be.
    public func load(_ entries: [KeyEntry]) throws(Problem) {
        do throws(JOSEError) {
            try directory.prepare()
            for entry in entries where entry.state == .next || entry.state == .active {
                let key = try directory.read(kid: entry.id.rawValue, algorithm: entry.algorithm)
                keys.withLock { $0[entry.id] = key }
            }
        } catch {
            throw Problem(error)
        }
    }

    public func makeKey(_ algorithm: SignatureAlgorithm) throws(Problem) -> (id: KeyID, publicKey: JSONValue) {
        do throws(JOSEError) {
            try directory.prepare()
            var key = try PrivateKey.generate(algorithm)
            // One id in 64 begins with a hyphen, and no command would take it for an id.
            while key.publicKey.thumbprint.hasPrefix("-") { key = try PrivateKey.generate(algorithm) }
            guard let id = KeyID(key.publicKey.thumbprint) else { throw JOSEError.cryptoFailure }
            try directory.write(key)
            keys.withLock { $0[id] = key }
            return (id, key.publicKey.json(kid: id.rawValue, alg: VerificationAlgorithm(algorithm)))
        } catch {
            throw Problem(error)
        }
    }

    public func removeKey(_ id: KeyID) throws(Problem) {
        keys.withLock { $0[id] = nil }
        do throws(JOSEError) {
            try directory.remove(kid: id.rawValue)
        } catch {
            throw Problem(error)
        }
    }

    /// The keys whose file is no longer there.
    public func withoutFile() -> Set<KeyID> {
        let known = keys.withLock { Array($0.keys) }
        return Set(known.filter { !directory.holds(kid: $0.rawValue) })
    }

    func key(_ id: KeyID) -> PrivateKey? {
        keys.withLock { $0[id] }
    }
}

extension Problem {
    fileprivate init(_ error: JOSEError) {
        switch error {
        case .keyFile(let sentence): self.init(.unavailable, sentence)
        case .malformed, .unsupportedAlgorithm, .unsupportedKey, .badSignature, .wrongType, .unknownKey, .cryptoFailure:
            self.init(.unavailable, "OpenSSL could not make or read a key; nothing was changed")
        }
    }
}
