public import MandateCore
import Synchronization

/// Private keys that are only names; it remembers which files there are.
public final class FakeKeyStore: KeyStore {
    private struct State: Sendable {
        var files: [KeyID] = []
        var made = 0
        var cannotRemove = false
    }

    private let state = Mutex(State())

    public init() {}

    /// The keys that have a file, oldest first.
    public var files: [KeyID] { state.withLock { $0.files } }
    /// How many keys were ever made.
    public var made: Int { state.withLock { $0.made } }

    public func refuseRemoval() { state.withLock { $0.cannotRemove = true } }

    /// The name of the key that is made as number `number`.
    public static func name(_ number: Int) -> KeyID {
        let digits = String(number)
        return KeyID(checked: String(repeating: "k", count: 43 - digits.utf8.count) + digits)
    }

    public func makeKey(_ algorithm: SignatureAlgorithm) throws(Problem) -> (id: KeyID, publicKey: JSONValue) {
        state.withLock { state in
            state.made += 1
            let id = Self.name(state.made)
            state.files.append(id)
            return (id, ["kid": .string(id.rawValue), "alg": .string(algorithm.rawValue)])
        }
    }

    public func removeKey(_ id: KeyID) throws(Problem) {
        try state.withLock { (state) throws(Problem) in
            if state.cannotRemove { throw Problem(.unavailable, "the directory is read-only") }
            state.files.removeAll { $0 == id }
        }
    }
}
