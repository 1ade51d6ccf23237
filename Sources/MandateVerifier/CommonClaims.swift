import MandateCore

/// What access tokens and delegation tokens say alike: which token it is, who holds it, for whom, and the chain it
/// commits to (docs/oauth-profile.md).
public struct CommonClaims: Hashable, Sendable {
    /// `jti`: the name of the token in every log.
    public let id: String
    /// When the token was made, to the millisecond: `jti` is a UUIDv7.
    public let birth: Instant
    /// `kid` of the header: the key that signed; nil when the token names none.
    public let keyID: String?
    public let issuer: String
    /// `sub`: the agent, or the principal where the audience asked for RFC 8693 claims.
    public let subject: String
    /// `act`: the acting agent, then the ones before it, back to the first; empty without RFC 8693 claims.
    public let actors: [AgentID]
    public let agent: AgentID
    public let agentType: AgentTypeID
    public let agentVersion: Label?
    public let team: Label?
    public let environment: Label?
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
    let notBefore: Instant

    /// Reads the claims of a token that lives at most `longest` seconds.
    init(_ claims: TokenClaims, keyID: String?, longest: Int64) throws(VerificationFailure) {
        if claims.json["cnf"] != nil { throw .proofRequired }
        let name = try claims.required("jti", TokenClaims.tokenID)
        id = name.text
        birth = name.time
        self.keyID = keyID
        issuer = try claims.text("iss")
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
        chainHash = try claims.required("delegation_chain_hash") { claim in
            claim.string.flatMap { text in ChainHash(text: text) }
        }
        depth = try claims.depth("delegation_depth")
        actors = try claims.actors("act")
        subject = try claims.text("sub")
        issuedAt = try claims.instant("iat")
        notBefore = try claims.instant("nbf")
        expiry = try claims.instant("exp")
        chain = try claims.chain("delegation_chain")
        try requireSound(longest: longest)
    }

    private func requireSound(longest: Int64) throws(VerificationFailure) {
        guard issuedAt < expiry, notBefore < expiry else { throw .malformed("the token ends before it begins") }
        guard expiry.seconds - issuedAt.seconds <= longest else {
            throw .malformed("the token lives longer than any of its kind may")
        }
        guard let actor = actors.first else {
            guard subject.utf8.elementsEqual(agent.rawValue.utf8) else {
                throw .malformed("the claim sub is not the acting agent, and no claim act names it")
            }
            return
        }
        guard actor == agent, subject.utf8.elementsEqual(humanPrincipal.utf8) else {
            throw .malformed("the claims sub and act do not name the principal and the acting agent")
        }
        guard actors.count == depth, Set(actors).count == depth else {
            throw .malformed("the claim act does not name each agent of the chain once")
        }
    }
}
