/// A resource server: what can be asked of it, and how its tokens look.
public struct Audience: Hashable, Sendable {
    public let id: AudienceID
    /// The URI clients may use instead of the id (RFC 8707 §2).
    public let resource: ResourceURI?
    public let catalogue: Catalogue
    public let defaultScopes: ScopeSet?
    /// The longest life of an access token in seconds, when shorter than the service's own limit.
    public let maxLifetime: Int64?
    public let environment: Label?
    public let claims: ClaimsProfile
    public let algorithm: SignatureAlgorithm
    public let chain: ChainPresentation
    /// A URL prefix under which `agent_type`, `team` and `environment` are repeated.
    public let namespace: String?
    public let requiresTask: Bool
    public let status: RegistryStatus
    /// What each agent may have here; nil when there is no limit.
    public let quota: Quota?

    public init(
        id: AudienceID, resource: ResourceURI? = nil, catalogue: Catalogue, defaultScopes: ScopeSet? = nil,
        maxLifetime: Int64? = nil, environment: Label? = nil, claims: ClaimsProfile = .agent,
        algorithm: SignatureAlgorithm = .es256, chain: ChainPresentation = .hash, namespace: String? = nil,
        requiresTask: Bool = false, status: RegistryStatus = .active,
        quota: Quota? = nil
    ) {
        self.id = id
        self.resource = resource
        self.catalogue = catalogue
        self.defaultScopes = defaultScopes
        self.maxLifetime = maxLifetime
        self.environment = environment
        self.claims = claims
        self.algorithm = algorithm
        self.chain = chain
        self.namespace = namespace
        self.requiresTask = requiresTask
        self.status = status
        self.quota = quota
    }
}

/// Who the claim `sub` names. Where an agent acts for itself both name the agent.
public enum ClaimsProfile: String, Hashable, Sendable, CaseIterable {
    /// The acting agent.
    case agent
    /// The principal when a person started the chain, with `act` as in RFC 8693 §4.1.
    case rfc8693
}

/// How a token shows the chain behind it.
public enum ChainPresentation: String, Hashable, Sendable, CaseIterable {
    /// Only `delegation_chain_hash`; the links are fetched.
    case hash
    /// The links too, as `delegation_chain`.
    case inline
}
