/// An issuer whose tokens name people: who they are, and what they may hand over to agents.
public struct TrustedIssuer: Hashable, Sendable {
    /// The `iss` of its tokens, byte for byte; the key of the record.
    public let issuer: Label
    public let keys: Keys
    /// The `aud` values it may use for tokens that are presented here; at least one.
    public let audiences: [Label]
    /// The claim that prints a person, such as `email`. A person is identified by issuer and `sub`.
    public let principalClaim: String
    public let delegable: [Delegable]

    /// Where the public keys are.
    public enum Keys: Hashable, Sendable {
        /// A JWK set (RFC 7517 §5).
        case inline(JSONValue)
        /// The absolute path of a file that holds one.
        case file(String)

        /// The key set, when the record itself holds it.
        public var inline: JSONValue? {
            if case .inline(let keys) = self { keys } else { nil }
        }

        /// The path, when the keys are in a file.
        public var file: String? {
            if case .file(let path) = self { path } else { nil }
        }
    }

    /// What people with certain claims may hand over.
    public struct Delegable: Hashable, Sendable {
        /// All must hold; empty holds for everybody.
        public let conditions: [Condition]
        public let authority: Authority

        public init(conditions: [Condition], authority: Authority) {
            self.conditions = conditions
            self.authority = authority
        }
    }

    /// A claim that is this value, or an array that holds it.
    public struct Condition: Hashable, Sendable {
        public let claim: String
        public let value: JSONValue

        public init(claim: String, value: JSONValue) {
            self.claim = claim
            self.value = value
        }

        func holds(for claims: JSONValue) -> Bool {
            guard let found = claims[claim] else { return false }
            return found == value || found.array?.contains(value) ?? false
        }
    }

    public init(
        issuer: Label, keys: Keys, audiences: [Label], principalClaim: String, delegable: [Delegable]
    ) {
        self.issuer = issuer
        self.keys = keys
        self.audiences = audiences
        self.principalClaim = principalClaim
        self.delegable = delegable
    }

    /// What a person with these claims may hand over, or nil when that is nothing.
    func authority(for claims: JSONValue) -> Authority? {
        var scopes: [AudienceID: [Scope]] = [:]
        for entry in delegable where entry.conditions.allSatisfy({ $0.holds(for: claims) }) {
            for part in entry.authority.entries { scopes[part.audience, default: []] += part.scopes.scopes }
        }
        return Authority(
            scopes.compactMap { audience, scopes in
                ScopeSet(scopes).map { Authority.Entry(audience: audience, scopes: $0) }
            })
    }
}
