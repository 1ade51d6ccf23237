/// What explaining a request asks of a registry: the one in force, or one that stands in a file.
protocol ExplanationGround {
    /// Nil for an agent that there is not.
    func registration(_ id: AgentID) throws(Problem) -> Registration?
    func audience(_ id: AudienceID) throws(Problem) -> Audience?
    func task(_ id: TaskID) throws(Problem) -> TaskEntry?
    func isRevoked(_ principal: Label) throws(Problem) -> Bool
    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Problem) -> Int64
    /// What habits say of a request for which no risk is given.
    func risk(of question: PolicyQuestion) throws(Refusal) -> Risk
}

/// The registry in force.
struct RegistryGround: ExplanationGround {
    let reader: any RegistryReader

    func registration(_ id: AgentID) throws(Problem) -> Registration? {
        try reader.agent(id).flatMap { Registration(explained: $0.agent, $0.type, attestedAt: $0.attestation?.at) }
    }

    func audience(_ id: AudienceID) throws(Problem) -> Audience? { try reader.audience(id) }
    func task(_ id: TaskID) throws(Problem) -> TaskEntry? { try reader.task(id) }
    func isRevoked(_ principal: Label) throws(Problem) -> Bool { try reader.revocation(of: principal) != nil }

    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Problem) -> Int64 {
        try reader.tokens(countedBy: counter, at: now)
    }

    func risk(of question: PolicyQuestion) throws(Refusal) -> Risk { try reader.risk(of: question, reported: nil) }
}

extension Registration {
    /// An agent of whom no token is made: its link does not matter.
    convenience init?(explained agent: Agent, _ type: AgentType, attestedAt: Instant?) {
        guard let hash = ChainHash(bytes: [UInt8](repeating: 0, count: 32)) else { return nil }
        self.init(
            agent: agent, type: type, link: StoredLink(number: 0, hash: hash, document: []), attestedAt: attestedAt)
    }
}

/// The counters as they are, but for those that were given.
struct ExplainedCounts<Ground: ExplanationGround>: RateCounts {
    let ground: Ground
    let issued: [PolicyID: Int64]

    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Refusal) -> Int64 {
        if let policy = PolicyID(counter.policy), let given = issued[policy] { return given }
        do throws(Problem) {
            return try ground.tokens(countedBy: counter, at: now)
        } catch {
            throw .unavailable(.registry)
        }
    }
}
