/// What a registry knows of an explained request.
struct KnownFacts {
    let request: ExplainedRequest
    let client: Registration?
    /// The client when no other agent is named.
    let holder: Registration?
    let principal: Principal?
    /// In the order of the request; nil for one that there is not.
    let audiences: [Audience?]
    let task: TaskEntry?
    let isRevoked: Bool

    init(of request: ExplainedRequest, on ground: some ExplanationGround) throws(Problem) {
        self.request = request
        func asGiven(_ found: Registration?) -> Registration? {
            guard let found, let attested = request.attestedAt else { return found }
            return Registration(explained: found.agent, found.type, attestedAt: attested)
        }
        client = asGiven(try ground.registration(request.client))
        if let actor = request.actor {
            holder = asGiven(try ground.registration(actor))
        } else {
            holder = client
        }
        let starting = request.grant == .start ? holder : client
        principal = request.principal ?? client.map { .owner($0.agent.owner) }
        var named = request.audiences
        if named.isEmpty, let held = starting?.capabilities?.entries, held.count == 1 { named = [held[0].audience] }
        var audiences: [Audience?] = []
        for id in named { audiences.append(try ground.audience(id)) }
        self.audiences = audiences
        task = try request.task.flatMap { (id) throws(Problem) in try ground.task(id) }
        isRevoked = try principal.map { (principal) throws(Problem) in try ground.isRevoked(principal.name) } ?? false
    }
}

/// A request that registry, chain and containment allow.
struct AdmittedRequest {
    var question: PolicyQuestion
    let authority: Authority
    let bounds: Bounds
    /// The longest life that the service itself allows, in seconds.
    let longest: Int64
    /// When what it hangs on ends.
    let end: Instant?
}

extension KnownFacts {
    /// Goes as far as a token request does before policies are asked, and notes on the way what was found out.
    func admitted(
        at now: Instant, _ inputs: inout PolicyExplanation.Inputs
    ) throws(Refusal) -> AdmittedRequest {
        (inputs.client, inputs.holder, inputs.principal) = (client, holder, principal)
        guard let client, let principal, client.isActive(at: now) else { throw .clientAuthenticationFailed }
        let kind: GrantKind = request.grant == .clientCredentials ? .clientCredentials : .tokenExchange
        guard client.agent.grants.contains(kind) else { throw .grantNotAllowed(kind) }
        if request.grant == .start {
            guard client.agent.mayStartChains else { throw .mayNotStartChains }
            guard request.task != nil else { throw .taskMissing(nil) }
        }
        if isRevoked { throw .chainRevoked }
        try checkTask(of: principal)
        let holder = try admittedHolder(of: client, at: now)
        let bounds = bounds(of: client, holder)
        let audiences = try admittedAudiences(held: bounds.held)
        let decision = ScopeDecision(asked: request.scope, bounds: bounds)
        var record = LedgerRecord(at: now, event: .tokenRefused)
        let authority: Authority?
        switch request.wanted {
        case .accessToken:
            guard let audience = audiences.first else { throw .audienceMissing }
            let scopes = try decision.scopes(at: audience, record: &record)
            authority = Authority([Authority.Entry(audience: audience.id, scopes: scopes)])
        case .delegation: authority = try decision.authority(at: audiences, record: &record)
        }
        guard let authority else { throw .audienceMissing }
        for audience in audiences where audience.requiresTask && request.task == nil { throw .taskMissing(audience.id) }
        inputs.targets = audiences.compactMap { audience in
            authority.scopes(for: audience.id).map { PolicyQuestion.Target(audience: audience, scopes: $0) }
        }
        let question = PolicyQuestion(
            client: client, holder: holder, grant: request.grant, targets: inputs.targets, principal: principal,
            depth: request.depth, task: request.task, now: now, risk: request.risk ?? .none)
        let longest = request.wanted == .delegation ? Lifetimes.delegationToken : audiences.first?.longestLife
        return AdmittedRequest(
            question: question, authority: authority, bounds: bounds, longest: longest ?? Lifetimes.accessToken,
            end: earliest(earliest(client.agent.expiresAt, holder.agent.expiresAt), task?.deadline))
    }

    private func checkTask(of principal: Principal) throws(Refusal) {
        guard let task else { return }
        switch task.status {
        case .open: break
        case .completed, .cancelled: throw .chainRevoked
        }
        let begins = request.grant == .start || request.grant == .clientCredentials && request.wanted == .delegation
        if begins, task.isReserved, let known = task.principal, known != principal.name { throw .taskOfAnother }
    }

    /// Whoever would hold the token, when the client may give it to that agent.
    private func admittedHolder(of client: Registration, at now: Instant) throws(Refusal) -> Registration {
        guard let actor = request.actor else {
            if request.grant == .handOver { throw .cycle(client.agent.id) }
            if request.grant == .passOn { try checkDepth(of: [client]) }
            return client
        }
        guard let holder, holder.isActive(at: now), try client.constraints().allows(holder) else {
            throw .notADelegate(actor)
        }
        if request.grant != .start { try checkDepth(of: [client, holder]) }
        return holder
    }

    private func checkDepth(of agents: [Registration]) throws(Refusal) {
        for agent in agents {
            let limit = try agent.constraints().maxChainDepth
            guard request.depth <= limit else { throw .depthExceeded(limit) }
        }
    }

    /// Agents between client and holder are not known: only what these two hold bounds the request.
    private func bounds(of client: Registration, _ holder: Registration) -> Bounds {
        switch request.grant {
        case .start: Bounds(held: holder.capabilities, agents: [holder], delegators: [])
        case .clientCredentials, .handOver, .redeem, .passOn, .tokenExchange:
            request.actor == nil
                ? Bounds(held: client.capabilities, agents: [client], delegators: [])
                : Bounds(held: client.capabilities, agents: [client, holder], delegators: [client])
        }
    }

    private func admittedAudiences(held: Authority?) throws(Refusal) -> [Audience] {
        var found: [Audience] = []
        for (index, audience) in audiences.enumerated() {
            guard let audience, audience.status == .active else {
                throw .audienceUnknown(
                    request.audiences.indices.contains(index) ? request.audiences[index].rawValue : "")
            }
            if !found.contains(where: { $0.id == audience.id }) { found.append(audience) }
        }
        if found.isEmpty { throw .audienceMissing }
        if found.count > 1 {
            switch request.wanted {
            case .accessToken: throw .severalAudiences
            case .delegation: found.sort { $0.id < $1.id }
            }
        }
        for audience in found where held?.scopes(for: audience.id) == nil { throw .audienceNotHeld(audience.id) }
        return found
    }
}
