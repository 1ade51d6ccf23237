/// The service in one function: from a request to a judgement that is released when its record is durable.
///
/// Grants differ only in how they arrive at a ``Mandate``; everything after is shared, so no grant can forget a step.
public struct TokenService {
    let issuer: Issuer
    let authenticator: ClientAuthenticator
    let random: any RandomSource

    public init(issuer: Issuer, digests: any Digests, random: any RandomSource) {
        self.issuer = issuer
        self.authenticator = ClientAuthenticator(digests: digests)
        self.random = random
    }

    /// Judges one request against one view of the registry.
    public func judge(_ request: TokenRequest, in registry: some RegistryView, at now: Instant) -> Judgement {
        do {
            switch try authenticator.authenticate(request.credential, in: registry, at: now) {
            case .failed(let knownClient):
                return .unauthenticated(.clientAuthenticationFailed, client: knownClient)
            case .authenticated(let client):
                return try judge(request, from: client, in: registry, at: now)
            }
        } catch {
            return .unauthenticated(error, client: nil)
        }
    }

    /// `throws` only when not even the refusal can be recorded.
    private func judge(
        _ request: TokenRequest, from client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Judgement {
        var record = LedgerRecord(at: now, event: .tokenRefused)
        record.requestID = try random.uuid(at: now)
        record.client = client
        record.principal = client.agent.owner.rawValue
        record.taskID = request.task?.rawValue
        record.policy = registry.policy.text
        record.source = LedgerRecord.Source(address: request.address, method: request.credential.methodName)
        do {
            return .issue(try issuance(for: request, by: client, in: registry, at: now, record: &record))
        } catch {
            record.decision = .deny
            record.rule = error.rule
            record.reason = error.reason
            return .refuse(error, requestID: record.requestID, LedgerEntry(record, effect: .none))
        }
    }

    /// Each line is a step an auditor would name.
    private func issuance(
        for request: TokenRequest, by client: Registration, in registry: some RegistryView, at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        let mandate = try mandate(for: request, by: client)
        record.chain = mandate.path
        record.chainHash = mandate.chain.text
        let audience = try registry.audience(for: request.targets, held: mandate.authority)
        record.audience = audience.id.rawValue
        let scopes = try ScopeDecision(audience: audience, mandate: mandate).scopes(for: request.scope, record: &record)
        if audience.requiresTask, mandate.task == nil { throw .taskMissing(audience.id) }
        let expiry = try Lifetimes.expiry(of: mandate, for: audience, wanted: request.lifetime, at: now)
        guard let key = try registry.activeKey(for: audience.algorithm) else { throw .unavailable(.signingKey) }
        let claims = AccessTokenClaims(
            mandate: mandate, audience: audience, scopes: scopes, issuer: issuer, tokenID: try random.uuid(at: now),
            issuedAt: now, expiry: expiry)
        record.grant(claims)
        return Issuance(
            claims, key: key,
            entry: LedgerEntry(
                record, effect: .token(judgedUnder: registry.epoch, link: client.link.number, expiry: expiry)))
    }

    private func mandate(for request: TokenRequest, by client: Registration) throws(Refusal) -> Mandate {
        if request.hasAuthorizationDetails { throw .invalidAuthorizationDetails }
        switch request.grant {
        case .clientCredentials:
            guard client.agent.grants.contains(.clientCredentials) else { throw .grantNotAllowed(.clientCredentials) }
            return try Mandate.held(by: client, for: request.task)
        case .unsupported(let name):
            throw .unsupportedGrantType(name)
        }
    }
}
