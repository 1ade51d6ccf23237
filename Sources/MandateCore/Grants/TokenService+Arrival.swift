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
        case .deferred:
            throw .approvalExpired
        case .held(let approval):
            var arrival = try arrival(
                of: approval.held.basis, request, by: client, in: registry, at: now, record: &record)
            // An actor token is good once and until it ends, also when it was shown before the request waited.
            if let actor = approval.held.actor, approval.status(at: now) == .approved {
                arrival.actor = try prove(actor, is: client, in: registry, at: now)
            }
            return arrival
        case .clientCredentials:
            guard client.agent.grants.contains(.clientCredentials) else { throw .grantNotAllowed(.clientCredentials) }
            return try clientCredentials(request, by: client, in: registry, at: now)
        case .tokenExchange(let exchange):
            guard client.agent.grants.contains(.tokenExchange) else { throw .grantNotAllowed(.tokenExchange) }
            let subject = try subject(of: exchange, request, by: client, in: registry, at: now, record: &record)
            var actor: ProvenActor?
            if let presented = exchange.actor {
                actor = try prove(presented, is: client, isRetry: isRetry, in: registry, at: now)
            }
            var arrival = try self.arrival(of: subject, request, by: client, in: registry, at: now, record: &record)
            arrival.actor = actor
            arrival.basis = subject.basis
            return arrival
        }
    }

    /// A request that was kept: what it was proven with then is looked at again, as it is now.
    private func arrival(
        of basis: HeldBasis, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        let grant: GrantKind = basis == .registration ? .clientCredentials : .tokenExchange
        guard client.agent.grants.contains(grant) else { throw .grantNotAllowed(grant) }
        let subject: Subject
        switch basis {
        case .registration: return try clientCredentials(request, by: client, in: registry, at: now)
        case .own(let type, let key, let claims):
            let token = try own(claims, type, key, in: registry, at: now, record: &record)
            subject = type == .delegation ? .delegation(token) : .accessToken(token)
        case .person(let issuer, let claims):
            guard client.agent.mayStartChains else { throw .mayNotStartChains }
            guard let trusted = try registry.trustedIssuer(issuer) else { throw .subjectTokenInvalid }
            let token = ForeignToken(issuer: trusted, claims: claims)
            let person = try Person(token, in: registry, at: now)
            record.principal = person.principal.name.rawValue
            subject = .person(person, token)
        }
        var arrival = try self.arrival(of: subject, request, by: client, in: registry, at: now, record: &record)
        arrival.basis = basis
        return arrival
    }

    /// An agent acting for itself: a token of its own, or a chain of its own.
    private func clientCredentials(
        _ request: TokenRequest, by client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Arrival {
        if try registry.isRevoked(principal: client.agent.owner) { throw .chainRevoked }
        let task = try TaskStanding.of(request.task, in: registry)
        var mandate = try Mandate.held(by: client, for: task)
        if mandate.isOutdated(under: registry.policy), let renewed = try registry.registrationNow(of: client.agent.id) {
            mandate = try Mandate.held(by: renewed, for: task)
        }
        switch request.wanted {
        case .accessToken:
            return Arrival(way: .mandate(mandate), task: task)
        case .delegation:
            try task?.require(client.agent.owner)
            var onward: (registration: Registration?, id: AgentID)?
            if let actor = request.requestedActor, actor != client.agent.id {
                onward = (try registry.registration(of: actor), actor)
            }
            return Arrival(
                way: .handOver(try .by(mandate, onwardTo: onward, task: task, at: now)), task: task)
        }
    }
}

/// A subject token that was proven, and presented by whoever may present it; its chain is looked at next.
private enum Subject {
    case delegation(OwnToken)
    case accessToken(OwnToken)
    case person(Person, ForeignToken)

    /// What is kept of it while a request waits.
    var basis: HeldBasis {
        switch self {
        case .delegation(let token), .accessToken(let token): token.basis
        case .person(_, let token): .person(issuer: token.issuer.issuer, claims: token.claims)
        }
    }
}

extension TokenService {
    private func subject(
        of exchange: TokenExchange, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Subject {
        let subject = exchange.subject
        switch subject.type {
        case .delegation:
            return .delegation(try delegation(subject, by: client, in: registry, at: now, record: &record))
        case .jwt where verifier.names(issuer, in: subject.text):
            return .delegation(try delegation(subject, by: client, in: registry, at: now, record: &record))
        case .accessToken where verifier.names(issuer, in: subject.text):
            let token = try own(subject, .accessToken, in: registry, at: now, record: &record)
            guard token.audience == client.agent.id.rawValue else { throw .presenterMismatch }
            return .accessToken(token)
        case .idToken, .jwt, .accessToken:
            return try person(subject, request, by: client, in: registry, at: now, record: &record)
        }
    }

    private func delegation(
        _ subject: PresentedToken, by client: Registration, in registry: some RegistryView, at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> OwnToken {
        let token = try own(subject, .delegation, in: registry, at: now, record: &record)
        guard token.holder == client.agent.id else { throw .presenterMismatch }
        return token
    }

    private func person(
        _ subject: PresentedToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Subject {
        guard client.agent.mayStartChains else { throw .mayNotStartChains }
        guard request.task != nil else { throw .taskMissing(nil) }
        let token: ForeignToken
        do throws(TokenFault) {
            token = try verifier.foreign(subject.text, in: registry)
        } catch {
            throw error.refusal(.subjectTokenInvalid)
        }
        let person = try Person(token, in: registry, at: now)
        record.principal = person.principal.name.rawValue
        return .person(person, token)
    }

    private func arrival(
        of subject: Subject, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        switch subject {
        case .person(let person, _):
            return try start(person, request, by: client, in: registry, at: now)
        case .delegation(let token):
            return try handOverOrRedeem(token, request, by: client, in: registry, at: now, record: &record)
        case .accessToken(let token):
            return try passOn(token, request, by: client, in: registry, at: now, record: &record)
        }
    }

    /// *Start*: a person's token from a trusted issuer begins a chain.
    private func start(
        _ person: Person, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant
    ) throws(Refusal) -> Arrival {
        if try registry.isRevoked(principal: person.principal.name) { throw .chainRevoked }
        let task = try TaskStanding.of(request.task, in: registry)
        try task?.require(person.principal.name)
        let actor = request.requestedActor ?? client.agent.id
        let delegate = actor == client.agent.id ? client : try registry.registration(of: actor)
        return Arrival(
            way: .handOver(try .by(person, to: delegate, called: actor, through: client, task: task, at: now)),
            task: task)
    }

    /// *Hand over* and *redeem*: the holder of a delegation token hands part of it on, or draws an access token.
    private func handOverOrRedeem(
        _ token: OwnToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        let standing = try standing(of: token, in: registry, at: now, record: &record)
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
        _ token: OwnToken, _ request: TokenRequest, by client: Registration, in registry: some RegistryView,
        at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> Arrival {
        if try registry.isRevoked(token: token.id) { throw .chainRevoked }
        let standing = try standing(of: token, in: registry, at: now, record: &record)
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
