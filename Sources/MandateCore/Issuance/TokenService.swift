/// The service in one function: from a request to a judgement that is released when its record is durable.
///
/// Grants differ only in how they arrive at authority; everything after is shared, so no grant can forget a step.
public struct TokenService {
    let issuer: Issuer
    let authenticator: ClientAuthenticator
    let verifier: any TokenVerifier
    let digests: any Digests
    let random: any RandomSource

    public init(issuer: Issuer, digests: any Digests, verifier: any TokenVerifier, random: any RandomSource) {
        self.issuer = issuer
        self.authenticator = ClientAuthenticator(digests: digests)
        self.verifier = verifier
        self.digests = digests
        self.random = random
    }

    /// Judges one request against one view of the registry.
    public func judge(_ request: ClientRequest, in registry: some RegistryView, at now: Instant) -> Judgement {
        switch admit(request, in: registry, at: now) {
        case .denied(let refusal, let client): .unauthenticated(refusal, client: client)
        case .admitted(let client, let use): judge(request, by: client, use, in: registry, at: now)
        }
    }

    /// Finds out who asks: the first step, by itself.
    public func admit(_ request: ClientRequest, in registry: some RegistryView, at now: Instant) -> Admission {
        do {
            switch try authenticator.authenticate(request.credential, in: registry, at: now) {
            case .failed(let knownClient): return .denied(.clientAuthenticationFailed, client: knownClient)
            case .authenticated(let client, let use): return .admitted(client, use)
            }
        } catch {
            return .denied(error, client: nil)
        }
    }

    /// All other steps, for a client that was admitted under the same view.
    public func judge(
        _ request: ClientRequest, by client: Registration, _ use: ClientUse, in registry: some RegistryView,
        at now: Instant
    ) -> Judgement {
        do {
            switch request {
            case .token(let request): return try judge(request, from: client, use, in: registry, at: now)
            case .introspection(let question):
                return .answer(try introspect(question, by: client, in: registry, at: now), use)
            case .revocation(let question): return try revoke(question, by: client, use, in: registry, at: now)
            case .completion(let completion):
                return try complete(completion, by: client, use, in: registry, at: now)
            }
        } catch {
            return .unauthenticated(error, client: nil)
        }
    }

    /// `throws` only when not even the refusal can be recorded.
    private func judge(
        _ request: TokenRequest, from client: Registration, _ use: ClientUse, in registry: some RegistryView,
        at now: Instant
    ) throws(Refusal) -> Judgement {
        var record = try record(.tokenRefused, of: .token(request), by: client, use, in: registry, at: now)
        record.taskID = request.task?.rawValue
        do {
            return .issue(try issuance(for: request, by: client, in: registry, at: now, record: &record))
        } catch {
            return .refusal(error, record)
        }
    }

    /// The beginning of the record of what an authenticated client asked.
    func record(
        _ event: LedgerEvent, of request: ClientRequest, by client: Registration, _ use: ClientUse,
        in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> LedgerRecord {
        var record = LedgerRecord(at: now, event: event)
        record.requestID = try random.uuid(at: now)
        record.client = client
        record.use = use
        record.principal = client.agent.owner.rawValue
        record.policy = registry.policy.text
        record.source = LedgerRecord.Source(address: request.address, method: request.credential.methodName)
        return record
    }

    /// Each line is a step an auditor would name.
    private func issuance(
        for request: TokenRequest, by client: Registration, in registry: some RegistryView, at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        if request.hasAuthorizationDetails { throw .invalidAuthorizationDetails }
        let before = try issuedBefore(request, to: client, in: registry, at: now)
        let arrival = try arrival(
            of: request, by: client, isRetry: before != nil, in: registry, at: now, record: &record)
        record.principal = arrival.principal.name.rawValue
        record.taskID = arrival.task?.id.rawValue
        record.chain = arrival.path
        record.chainHash = arrival.chain?.hash.text
        let audiences = try registry.audiences(for: request.targets, held: arrival.held, wanted: request.wanted)
        record.name(audiences)
        let draft = Draft(
            request: request, arrival: arrival, audiences: audiences, client: client,
            terms: try terms(in: registry, at: now))
        let issuance: Issuance
        switch request.wanted {
        case .accessToken: issuance = try draft.accessToken(in: registry, record: &record)
        case .delegation: issuance = try draft.delegationToken(in: registry, record: &record)
        }
        if let before { return try again(before, issuance, in: registry, at: now) }
        return issuance
    }

    private func terms(in registry: some RegistryView, at now: Instant) throws(Refusal) -> LinkTerms {
        LinkTerms(
            issuer: issuer, policy: registry.policy, tokenID: try random.uuid(at: now), now: now, digests: digests,
            random: random)
    }
}

extension LedgerRecord {
    fileprivate mutating func name(_ audiences: [Audience]) {
        audience = audiences.count == 1 ? audiences[0].id.rawValue : audiences.map(\.id.rawValue).joined(separator: " ")
    }
}

extension Judgement {
    /// A refusal of an authenticated client, recorded like a grant.
    static func refusal(_ refusal: Refusal, _ record: LedgerRecord) -> Judgement {
        var record = record
        if case .approvalRequired = refusal { record.decision = .requireApproval } else { record.decision = .deny }
        record.rule = refusal.rule
        record.reason = refusal.reason
        return .refuse(refusal, requestID: record.requestID, LedgerEntry(record, effect: .none))
    }
}
