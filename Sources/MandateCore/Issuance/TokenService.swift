/// The service in one function: from a request to a judgement that is released when its record is durable.
///
/// Grants differ only in how they arrive at authority; everything after is shared, so no grant can forget a step.
public struct TokenService {
    let issuer: Issuer
    let authenticator: ClientAuthenticator
    let verifier: any TokenVerifier
    let digests: any Digests
    let random: any RandomSource
    let quotas: any QuotaTable
    let paces: any ApprovalPaces
    let engine: ConsultedEngine?

    public init(
        issuer: Issuer, digests: any Digests, verifier: any TokenVerifier, random: any RandomSource,
        quotas: any QuotaTable, paces: any ApprovalPaces, engine: ConsultedEngine? = nil
    ) {
        self.issuer = issuer
        self.authenticator = ClientAuthenticator(digests: digests)
        self.verifier = verifier
        self.digests = digests
        self.random = random
        self.quotas = quotas
        self.paces = paces
        self.engine = engine
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

    /// All other steps, for a client that was admitted under the same view. What is judged again is not charged again.
    /// `consulted` is what the engine said when it was asked for.
    public func judge(
        _ request: ClientRequest, by client: Registration, _ use: ClientUse, in registry: some RegistryView,
        at now: Instant, isCharged: Bool = false, consulted: Consultation? = nil
    ) -> Judgement {
        do {
            switch request {
            case .token(let request):
                return try judge(
                    request, from: client, use, in: registry, at: now, isCharged: isCharged, consulted: consulted)
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
        at now: Instant, isCharged: Bool, consulted: Consultation?
    ) throws(Refusal) -> Judgement {
        var record = try record(.tokenRefused, of: .token(request), by: client, use, in: registry, at: now)
        record.taskID = request.task?.rawValue
        do {
            var asked = request
            if case .deferred(let code) = request.grant {
                let approval = try approval(named: code, for: client.agent.id, in: registry)
                record.approval = approval.id
                if approval.status(at: now) == .pending {
                    return .wait(try pending(approval, isAgain: isCharged, in: registry, at: now), use)
                }
                asked = try request.asking(for: approval, at: now)
            }
            return try judgement(
                for: asked, by: client, in: registry, at: now, isCharged: isCharged, consulted: consulted,
                record: &record)
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
    private func judgement(
        for request: TokenRequest, by client: Registration, in registry: some RegistryView, at now: Instant,
        isCharged: Bool, consulted: Consultation?, record: inout LedgerRecord
    ) throws(Refusal) -> Judgement {
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
        if !isCharged { try charge(client, for: audiences) }
        let draft = Draft(
            request: request, arrival: arrival, audiences: audiences, client: client,
            terms: try terms(in: registry, at: now))
        let authority = try draft.asked(record: &record)
        switch try outcome(
            for: draft, asking: authority, before: before, consulted: consulted, in: registry, record: &record)
        {
        case .consult(let question): return .consult(question)
        case .wait(let need, let binding):
            guard try registry.waitingRequests(of: client.agent.id, at: now) < ApprovalEntry.mostWaiting else {
                throw .tooManyWaiting
            }
            let (refusal, new) = try hold(draft, asking: authority, need, binding: binding, in: registry)
            record.event = .approvalRequested
            record.approval = new.id
            record.expiry = new.expiresAt
            record.change = new.json
            return .refusal(refusal, record, effect: .hold(new))
        case .again(let approval, let ruling):
            let issuance = try draft.token(ruling, in: registry, record: &record)
            guard let claims = approval.claims else { throw .approvalExpired }
            return .issue(try again(IssuedBefore(body: [], claims: claims), issuance, in: registry, at: now))
        case .ruled(let ruling):
            let issuance = try draft.token(ruling, in: registry, record: &record)
            if let before { return .issue(try again(before, issuance, in: registry, at: now)) }
            return .issue(issuance)
        }
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
    static func refusal(
        _ refusal: Refusal, _ record: LedgerRecord, effect: LedgerEntry.Effect = .none
    ) -> Judgement {
        var record = record
        if case .approvalRequired(let waiting) = refusal {
            record.decision = .requireApproval
            record.approval = waiting.id
        } else {
            record.decision = .deny
        }
        record.rule = refusal.rule
        record.reason = refusal.reason
        if case .quotaExceeded(let audience, _) = refusal { return .overQuota(refusal, audience, record) }
        return .refuse(refusal, requestID: record.requestID, LedgerEntry(record, effect: effect))
    }
}
