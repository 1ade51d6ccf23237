extension TokenService {
    /// Finds the authority behind a request (RFC 6749 §4.4, RFC 8693 §2.1).
    func arrival(
        of request: TokenRequest, by client: Registration, isRetry: Bool, in registry: some RegistryView,
        at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        switch request.grant {
        case .unsupported(let name):
            throw .unsupportedGrantType(name)
        case .clientCredentials:
            guard client.agent.grants.contains(.clientCredentials) else { throw .grantNotAllowed(.clientCredentials) }
            return try clientCredentials(request, by: client, in: registry, at: now)
        case .tokenExchange(let exchange):
            guard client.agent.grants.contains(.tokenExchange) else { throw .grantNotAllowed(.tokenExchange) }
            var arrival = try subject(of: exchange, request, by: client, in: registry, at: now, record: &record)
            if let actor = exchange.actor {
                arrival.used = try prove(actor, is: client, isRetry: isRetry, in: registry, at: now)
            }
            return arrival
        }
    }

    /// An agent acting for itself: a token of its own, or a chain of its own.
    private func clientCredentials(
        _ request: TokenRequest, by client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Arrival {
        if try registry.isRevoked(principal: client.agent.owner) { throw .chainRevoked }
        let task = try TaskStanding.of(request.task, in: registry)
        let mandate = try Mandate.held(by: client, for: task)
        switch request.wanted {
        case .accessToken:
            return Arrival(way: .mandate(mandate), task: task)
        case .delegation:
            var onward: (registration: Registration?, id: AgentID)?
            if let actor = request.requestedActor, actor != client.agent.id {
                onward = (try registry.registration(of: actor), actor)
            }
            return Arrival(
                way: .handOver(try .by(mandate, onwardTo: onward, task: task, at: now)), task: task)
        }
    }

    private func subject(
        of exchange: TokenExchange, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        let subject = exchange.subject
        switch subject.type {
        case .delegation:
            return try delegation(subject, request, by: client, in: registry, at: now, record: &record)
        case .jwt where verifier.names(issuer, in: subject.text):
            return try delegation(subject, request, by: client, in: registry, at: now, record: &record)
        case .accessToken where verifier.names(issuer, in: subject.text):
            return try passOn(subject, request, by: client, in: registry, at: now, record: &record)
        case .idToken, .jwt, .accessToken:
            return try start(subject, request, by: client, in: registry, at: now)
        }
    }

    /// *Start*: a person's token from a trusted issuer begins a chain.
    private func start(
        _ subject: PresentedToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant
    ) throws(Refusal) -> Arrival {
        guard client.agent.mayStartChains else { throw .mayNotStartChains }
        guard let taskID = request.task else { throw .taskMissing(nil) }
        let token: ForeignToken
        do throws(TokenFault) {
            token = try verifier.foreign(subject.text, in: registry)
        } catch {
            throw error.refusal(.subjectTokenInvalid)
        }
        let person = try Person(token, in: registry, at: now)
        if try registry.isRevoked(principal: person.principal.name) { throw .chainRevoked }
        let task = try TaskStanding.of(taskID, in: registry)
        let actor = request.requestedActor ?? client.agent.id
        let delegate = actor == client.agent.id ? client : try registry.registration(of: actor)
        return Arrival(
            way: .handOver(try .by(person, to: delegate, called: actor, through: client, task: task, at: now)),
            task: task)
    }

    /// *Hand over* and *redeem*: the holder of a delegation token hands part of it on, or draws an access token.
    private func delegation(
        _ subject: PresentedToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        let token = try own(subject, .delegation, in: registry, at: now)
        record.chainHash = token.chain.text
        guard token.holder == client.agent.id else { throw .presenterMismatch }
        let standing = try standing(of: token, in: registry, at: now)
        guard request.task == nil || request.task == token.task else { throw .taskMismatch }
        let mandate = Mandate.held(under: standing)
        switch request.wanted {
        case .accessToken:
            guard request.requestedActor == nil else { throw .malformedRequest(.requestedActor) }
            return Arrival(way: .mandate(mandate), task: standing.task)
        case .delegation:
            let actor = request.requestedActor ?? client.agent.id
            let delegate = try registry.registration(of: actor)
            return Arrival(
                way: .handOver(try .by(mandate, to: delegate, called: actor, task: standing.task, at: now)),
                task: standing.task)
        }
    }

    /// *Pass on*: a resource server that is also an agent continues the chain of a token that was sent to it.
    private func passOn(
        _ subject: PresentedToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        let token = try own(subject, .accessToken, in: registry, at: now)
        record.chainHash = token.chain.text
        guard token.audience == client.agent.id.rawValue else { throw .presenterMismatch }
        if try registry.isRevoked(token: token.id) { throw .chainRevoked }
        let standing = try standing(of: token, in: registry, at: now)
        guard request.task == nil || request.task == token.task else { throw .taskMismatch }
        guard request.requestedActor == nil else { throw .malformedRequest(.requestedActor) }
        guard case .accessToken = request.wanted else { throw .malformedRequest(.delegationFromAccessToken) }
        let mandate = Mandate.held(under: standing)
        var arrival = Arrival(
            way: .handOver(
                try .by(mandate, to: client, called: client.agent.id, task: standing.task, at: now)),
            task: standing.task)
        arrival.ceiling = token.scopes
        arrival.end = token.expiry
        arrival.subject = token.id
        return arrival
    }
}
