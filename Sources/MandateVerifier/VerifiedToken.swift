import MandateCore

/// The claims of an access token that a key of its issuer signed (docs/oauth-profile.md).
public struct VerifiedToken: Hashable, Sendable {
    /// `jti`: the name of the token in every log.
    public let id: String
    public let issuer: String
    /// `sub`: the agent, or the principal where the audience asked for RFC 8693 claims.
    public let subject: String
    public let audience: AudienceID
    public let agent: AgentID
    public let agentType: AgentTypeID
    public let agentVersion: Label?
    public let team: Label?
    public let environment: Label?
    public let scopes: ScopeSet
    public let task: TaskID?
    /// The accountable person or system the chain starts from.
    public let humanPrincipal: String
    public let chainHash: ChainHash
    /// How many agents the chain has.
    public let depth: Int
    public let issuedAt: Instant
    public let expiry: Instant
    /// The links, when the token carries them.
    public let chain: ChainProof?
    private let notBefore: Instant

    init(_ claims: TokenClaims) throws(VerificationFailure) {
        if claims.json["cnf"] != nil { throw .proofRequired }
        let name: Label = try claims.identifier("jti")
        id = name.rawValue
        issuer = try claims.text("iss")
        subject = try claims.text("sub")
        audience = try claims.identifier("aud")
        agent = try claims.identifier("agent_id")
        guard try claims.identifier("client_id") == agent else {
            throw .malformed("the claims client_id and agent_id name two agents")
        }
        agentType = try claims.identifier("agent_type")
        agentVersion = try claims.optionalIdentifier("agent_version")
        team = try claims.optionalIdentifier("team")
        environment = try claims.optionalIdentifier("environment")
        task = try claims.optionalIdentifier("task_id")
        humanPrincipal = try claims.text("human_principal")
        scopes = try claims.required("scope", TokenClaims.scopes(spaced:))
        if let listed = try claims.optional("permissions", TokenClaims.scopes(listed:)), listed != scopes {
            throw .malformed("the claims scope and permissions differ")
        }
        chainHash = try claims.required("delegation_chain_hash") { claim in
            claim.string.flatMap { text in ChainHash(text: text) }
        }
        depth = try claims.required("delegation_depth") { claim in
            claim.integer.flatMap { depth in Int(exactly: depth) }
        }
        guard DelegationConstraints.depths.contains(depth) else {
            throw .malformed("the claim delegation_depth is not from 1 to \(DelegationConstraints.depths.upperBound)")
        }
        issuedAt = try claims.instant("iat")
        notBefore = try claims.instant("nbf")
        expiry = try claims.instant("exp")
        guard issuedAt < expiry, notBefore < expiry else { throw .malformed("the token ends before it begins") }
        guard expiry.seconds - issuedAt.seconds <= Lifetimes.accessToken else {
            throw .malformed("the token lives longer than any access token may")
        }
        if let links = claims.json["delegation_chain"] {
            do throws(ChainFailure) {
                chain = try ChainProof(links: links)
            } catch {
                throw .chain(error)
            }
        } else {
            chain = nil
        }
    }
}

extension VerifiedToken {
    /// Refuses a token that does not hold `scope`.
    public func require(_ scope: Scope) throws(VerificationFailure) {
        guard scopes.scopes.contains(where: { held in held.covers(scope) }) else { throw .insufficientScope(scope) }
    }

    /// Refuses a token of anybody else; issuers are compared as bytes.
    public func require(issuer expected: Issuer) throws(VerificationFailure) {
        guard issuer.utf8.elementsEqual(expected.rawValue.utf8) else { throw .wrongIssuer }
    }

    /// Refuses a token for anybody else.
    public func require(audience expected: AudienceID) throws(VerificationFailure) {
        guard audience == expected else { throw .wrongAudience }
    }

    /// Refuses a token that is not alive at `now`: from `iat` and `nbf` on, until just before `exp` (RFC 7519 §4.1.4).
    public func require(validAt now: Instant) throws(VerificationFailure) {
        guard now < expiry else { throw .expired }
        guard notBefore <= now, issuedAt <= now else { throw .notYetValid }
    }

    /// Proves the chain that the token carries; a token without one commits to it by hash only, and passes.
    public func proveInlineChain() throws(VerificationFailure) {
        guard let chain else { return }
        try chain.prove(self)
    }
}
