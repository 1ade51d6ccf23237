/// What a rotation did with one key, or what it waits for.
public struct KeyStep: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable {
        /// Verifiers learn of it; it does not sign yet.
        case publish
        /// It signs from now on.
        case activate
        /// It no longer signs, and verifies what it signed.
        case retire
        /// Its tokens have expired and its file is gone.
        case remove
        /// Nothing to do before `until`.
        case wait
    }

    public let action: Action
    public let key: KeyID
    public let algorithm: SignatureAlgorithm
    public let until: Instant?

    init(_ action: Action, _ key: KeyEntry, until: Instant? = nil) {
        self.action = action
        self.key = key.id
        self.algorithm = key.algorithm
        self.until = until
    }

    public var json: JSONValue {
        [
            "action": .string(action.rawValue), "kid": .string(key.rawValue),
            "algorithm": .string(algorithm.rawValue), "until": .time(until),
        ]
    }
}

/// What one rotation did.
public struct KeyRotationOutcome: Hashable, Sendable {
    public let steps: [KeyStep]
    /// What is done in the registry and not on disk.
    public let warnings: [String]

    public var json: JSONValue {
        ["steps": .array(steps.map(\.json)), "warnings": .array(warnings.map { .string($0) })]
    }
}

/// What an emergency revocation left behind.
public struct KeyRevocation: Hashable, Sendable {
    public let key: KeyID
    public let algorithm: SignatureAlgorithm
    /// The key that signs with this algorithm now; without one nothing is issued with it.
    public let active: KeyID?
    public let warnings: [String]

    public var json: JSONValue {
        [
            "kid": .string(key.rawValue), "algorithm": .string(algorithm.rawValue), "state": "revoked",
            "active": .text(active?.rawValue), "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}

extension KeyEntry {
    /// As operators see it; public members only.
    public var json: JSONValue {
        [
            "kid": .string(id.rawValue), "algorithm": .string(algorithm.rawValue), "state": .string(state.rawValue),
            "created_at": .time(createdAt), "activated_at": .time(activatedAt), "retired_at": .time(retiredAt),
            "public_key": publicKey,
        ]
    }
}
