/// A token in the making: authority has been found, and now it is decided what of it goes into the token.
struct Draft {
    let request: TokenRequest
    let arrival: Arrival
    let audiences: [Audience]
    let client: Registration
    let terms: LinkTerms

    /// Claims of more bytes would make a token that nobody here reads: 16 KiB with header and signature, in base64url.
    private static let mostClaims = 11_500

    private var decision: ScopeDecision { ScopeDecision(asked: request.scope, bounds: Bounds(arrival)) }

    func accessToken(in registry: some RegistryView, record: inout LedgerRecord) throws(Refusal) -> Issuance {
        guard let audience = audiences.first else { throw .audienceMissing }
        let scopes = try decision.scopes(at: audience, record: &record)
        if audience.requiresTask, arrival.task == nil { throw .taskMissing(audience.id) }
        if audience.claims == .rfc8693, arrival.path.count - 1 > AccessTokenClaims.mostActors {
            throw .depthExceeded(AccessTokenClaims.mostActors)
        }
        let expiry = try expiry(most: audience.longestLife)
        let mandate: Mandate
        switch arrival.way {
        case .mandate(let held): mandate = held
        case .handOver(let handOver):
            guard let authority = Authority([Authority.Entry(audience: audience.id, scopes: scopes)]) else {
                throw .scopeMissing(audience.id)
            }
            mandate = try handOver.mandate(over: authority, until: expiry, terms)
        }
        guard let key = try registry.activeKey(for: audience.algorithm) else { throw .unavailable(.signingKey) }
        let claims = AccessTokenClaims(
            mandate: mandate, audience: audience, scopes: scopes, issuer: terms.issuer, tokenID: terms.tokenID,
            issuedAt: terms.now, expiry: expiry)
        return try issuance(
            .accessToken, claims.json, of: mandate, scopes: scopes, key: key, until: expiry, in: registry,
            record: &record)
    }

    func delegationToken(in registry: some RegistryView, record: inout LedgerRecord) throws(Refusal) -> Issuance {
        guard case .handOver(let handOver) = arrival.way else { throw .unavailable(.registry) }
        let authority = try decision.authority(at: audiences, record: &record)
        for audience in audiences where audience.requiresTask && arrival.task == nil { throw .taskMissing(audience.id) }
        let expiry = try expiry(most: Lifetimes.delegationToken)
        let mandate = try handOver.mandate(over: authority, until: expiry, terms)
        guard let key = try registry.activeKey(for: .es256) else { throw .unavailable(.signingKey) }
        guard let scopes = ScopeSet(authority.entries.flatMap(\.scopes.scopes)) else { throw .audienceMissing }
        let claims = DelegationClaims(
            mandate: mandate, issuer: terms.issuer, tokenID: terms.tokenID, issuedAt: terms.now, expiry: expiry)
        return try issuance(
            .delegation, claims.json, of: mandate, scopes: scopes, key: key, until: expiry, in: registry,
            record: &record)
    }

    private func expiry(most: Int64) throws(Refusal) -> Instant {
        var end = arrival.end
        switch arrival.way {
        case .mandate(let mandate): end = earliest(end, mandate.expiry)
        case .handOver(let handOver): end = earliest(end, handOver.limit)
        }
        return try Lifetimes.expiry(most: most, wanted: request.lifetime, end: end, at: terms.now)
    }

    private func issuance(
        _ type: TokenType, _ claims: [UInt8], of mandate: Mandate, scopes: ScopeSet, key: KeyID, until expiry: Instant,
        in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        guard claims.count <= Self.mostClaims else { throw .malformedRequest(.tokenTooLarge) }
        record.event = type == .delegation ? .delegationCreated : .tokenIssued
        record.chainHash = mandate.chain.hash.text
        record.granted = scopes
        record.tokenID = terms.tokenID
        record.expiry = expiry
        record.decision = .allow
        record.rule = "containment"
        return Issuance(
            claims: claims, type: type, key: key,
            entry: LedgerEntry(record, effect: effect(of: mandate, type, claims, until: expiry, in: registry)),
            answer: TokenAnswer(
                wanted: request.wanted, lifetime: expiry.seconds - terms.now.seconds, scopes: scopes,
                task: mandate.task, chain: mandate.chain.hash, depth: mandate.chain.depth),
            client: client, audience: audiences.count == 1 ? audiences[0].id : nil)
    }

    /// What must hold still when the record is written, and what is written with it.
    private func effect(
        of mandate: Mandate, _ type: TokenType, _ claims: [UInt8], until expiry: Instant,
        in registry: some RegistryView
    ) -> LedgerEntry.Effect {
        if mandate.last == nil, mandate.task == nil, request.retry == nil {
            return .token(judgedUnder: registry.epoch, link: mandate.holder.link.number, expiry: expiry)
        }
        let links = mandate.chain.links
        var writes = Writes(
            token: Writes.Token(
                link: mandate.newLinks.isEmpty ? links.last : nil, expiry: type == .delegation ? nil : expiry))
        writes.links = mandate.newLinks
        writes.parent = links.last
        if let task = arrival.task {
            if task.isNew {
                writes.task = TaskEntry(
                    id: task.id, purpose: request.purpose, createdAt: terms.now,
                    createdBy: client.agent.id.rawValue)
            }
            if !task.isHeld, request.wanted == .delegation { writes.taskHolder = mandate.newLinks.first?.delegate }
        }
        writes.used = arrival.used
        writes.retry = request.retry.map { key in
            Writes.Retry(client: client.agent.id, key: key, claims: claims)
        }
        return .issuance(grounds(in: registry, links: links), writes)
    }

    private func grounds(in registry: some RegistryView, links: [Int64]) -> Grounds {
        Grounds(
            epoch: registry.epoch, revocations: registry.revocations, links: links, task: arrival.task?.id,
            tokens: arrival.tokens)
    }
}
