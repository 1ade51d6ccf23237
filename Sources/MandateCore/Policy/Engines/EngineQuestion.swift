/// One request as a policy engine sees it: everything in it was proven, and containment allows it.
public struct EngineQuestion: Hashable, Sendable {
    /// Who would hold the token.
    public let agent: Party
    /// Who asks; mostly the same.
    public let client: Party
    public let grant: PolicyGrant
    /// At least one; more only for a delegation.
    public let targets: [Target]
    public let chain: Chain
    public let task: TaskID?
    public let now: Instant
    public let risk: Risk

    /// An agent as the registry knows it.
    public struct Party: Hashable, Sendable {
        public let agent: Agent
        /// When it last proved what it is; nil for never.
        public let attestedAt: Instant?

        public init(_ agent: Agent, attestedAt: Instant?) {
            self.agent = agent
            self.attestedAt = attestedAt
        }
    }

    /// An audience, what is asked for there, and what the audience says of that.
    public struct Target: Hashable, Sendable {
        public let audience: AudienceID
        public let environment: Label?
        public let scopes: ScopeSet
        /// Of all that the scopes stand for, ascending.
        public let classes: [ScopeClass]
        /// Of all that the scopes stand for, in byte order.
        public let sensitivity: [Label]

        public init(_ audience: Audience, scopes: ScopeSet) {
            let entries = audience.catalogue.entries.filter { entry in
                scopes.scopes.contains { entry.name.overlaps($0) }
            }
            self.audience = audience.id
            environment = audience.environment
            self.scopes = scopes
            classes = Set(entries.map(\.scopeClass)).sorted()
            sensitivity = Set(entries.compactMap(\.sensitivity)).sorted()
        }
    }

    /// The chain that the token would stand on.
    public struct Chain: Hashable, Sendable {
        public let principal: Principal
        /// The ids from the principal to the agent that would hold the token.
        public let path: [String]
        /// How many agents are on it.
        public let depth: Int
        /// Of the chain as it is already; nil when the request begins it.
        public let hash: ChainHash?

        public init(principal: Principal, path: [String], depth: Int, hash: ChainHash?) {
            self.principal = principal
            self.path = path
            self.depth = depth
            self.hash = hash
        }
    }

    public init(
        agent: Party, client: Party, grant: PolicyGrant, targets: [Target], chain: Chain, task: TaskID?, now: Instant,
        risk: Risk
    ) {
        self.agent = agent
        self.client = client
        self.grant = grant
        self.targets = targets
        self.chain = chain
        self.task = task
        self.now = now
        self.risk = risk
    }
}

extension EngineQuestion {
    /// What the embedded policies were asked, with the chain's ids from the principal to the holder, and the hash that it
    /// has already.
    init(_ question: PolicyQuestion, path: [String], hash: ChainHash?) {
        self.init(
            agent: Party(question.holder.agent, attestedAt: question.holder.attestedAt),
            client: Party(question.client.agent, attestedAt: question.client.attestedAt), grant: question.grant,
            targets: question.targets.map { Target($0.audience, scopes: $0.scopes) },
            chain: Chain(principal: question.principal, path: path, depth: question.depth, hash: hash),
            task: question.task, now: question.now, risk: question.risk)
    }
}
