/// A person as a token of a trusted issuer proves it, and what the person may hand over.
struct Person: Sendable {
    let principal: Principal
    /// Nil when that is nothing.
    let authority: Authority?
    /// When the person's token ends; a chain ends no later.
    let expiry: Instant

    /// Clocks of other issuers may be this far off, in seconds.
    static let skew: Int64 = 30

    /// Reads a token whose signature was proven (RFC 7519 §4.1).
    init(_ token: ForeignToken, in registry: some RegistryView, at now: Instant) throws(Refusal) {
        let claims = token.claims
        guard let end = claims["exp"]?.integer, Self.times(claims), Self.addresses(claims, token.issuer) else {
            throw .subjectTokenInvalid
        }
        guard now.seconds < Self.sum(end, Self.skew) else { throw .subjectTokenExpired }
        for name in ["nbf", "iat"] {
            if let time = claims[name]?.integer, time > Self.sum(now.seconds, Self.skew) { throw .subjectTokenInvalid }
        }
        guard let subject = claims["sub"]?.string, (1...256).contains(subject.utf8.count),
            let name = claims[token.issuer.principalClaim]?.string.flatMap({ Label($0) })
        else { throw .subjectTokenInvalid }
        // Agents and people never share a name: what the ledger says would be of two.
        if let agent = AgentID(name.rawValue), try registry.registration(of: agent) != nil {
            throw .subjectTokenInvalid
        }
        principal = .person(issuer: token.issuer.issuer, subject: subject, name: name)
        authority = token.issuer.authority(for: claims)
        expiry = Instant(seconds: end)
    }

    /// Times are whole numbers where they are there.
    private static func times(_ claims: JSONValue) -> Bool {
        ["nbf", "iat"].allSatisfy { claims[$0] == nil || claims[$0]?.integer != nil }
    }

    /// Whether one of the token's audiences is one that its issuer may name here.
    private static func addresses(_ claims: JSONValue, _ issuer: TrustedIssuer) -> Bool {
        let named: [JSONValue]
        switch claims["aud"] {
        case .string(let one): named = [.string(one)]
        case .array(let several) where several.allSatisfy({ $0.string != nil }): named = several
        default: return false
        }
        return named.contains { audience in issuer.audiences.contains { .string($0.rawValue) == audience } }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
