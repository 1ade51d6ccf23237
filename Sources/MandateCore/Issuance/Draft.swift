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

    /// What is asked for, when containment allows it: for an access token at one audience, for a delegation at one or more.
    func asked(record: inout LedgerRecord) throws(Refusal) -> Authority {
        switch request.wanted {
        case .accessToken:
            guard let audience = audiences.first else { throw .audienceMissing }
            // A token for this service says who its holder is. Nobody fetches one of somebody else.
            if audience.id.rawValue == terms.issuer.rawValue, let holder = arrival.holder?.agent.id,
                holder != client.agent.id
            {
                throw .notADelegate(holder)
            }
            let scopes = try decision.scopes(at: audience, record: &record)
            if audience.requiresTask, arrival.task == nil { throw .taskMissing(audience.id) }
            if audience.claims == .rfc8693, arrival.path.count - 1 > AccessTokenClaims.mostActors {
                throw .depthExceeded(AccessTokenClaims.mostActors)
            }
            guard let authority = Authority([Authority.Entry(audience: audience.id, scopes: scopes)]) else {
                throw .scopeMissing(audience.id)
            }
            return authority
        case .delegation:
            let authority = try delegated(record: &record)
            for audience in audiences where audience.requiresTask && arrival.task == nil {
                throw .taskMissing(audience.id)
            }
            return authority
        }
    }

    /// What was shared out among several audiences when a request was kept stays so.
    private func delegated(record: inout LedgerRecord) throws(Refusal) -> Authority {
        guard case .held(let approval) = request.grant else {
            return try decision.authority(at: audiences, record: &record)
        }
        return try decision.authority(approval.held.authority, at: audiences, record: &record)
    }

    /// The token that was ruled on.
    func token(
        _ ruling: Ruling, in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        switch request.wanted {
        case .accessToken: try accessToken(ruling, in: registry, record: &record)
        case .delegation: try delegationToken(ruling, in: registry, record: &record)
        }
    }

    private func accessToken(
        _ ruling: Ruling, in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        guard let audience = audiences.first, let scopes = ruling.authority.scopes(for: audience.id) else {
            throw .audienceMissing
        }
        let expiry = try expiry(most: min(longestLife, ruling.longest ?? .max))
        let mandate: Mandate
        switch arrival.way {
        case .mandate(let held):
            mandate =
                held.isOutdated(under: terms.policy) || (held.last == nil && ruling.approval != nil)
                ? try held.renewed(terms(of: ruling)) : held
        case .handOver(let handOver):
            mandate = try handOver.mandate(over: ruling.authority, until: expiry, terms(of: ruling))
        }
        guard let key = try registry.activeKey(for: audience.algorithm) else { throw .unavailable(.signingKey) }
        let claims = AccessTokenClaims(
            mandate: mandate, audience: audience, scopes: scopes, issuer: terms.issuer, tokenID: terms.tokenID,
            issuedAt: terms.now, expiry: expiry, approval: ruling.approval)
        return try issuance(
            .accessToken, claims.json, of: mandate, ruling, scopes: scopes, key: key, until: expiry, in: registry,
            record: &record)
    }

    private func delegationToken(
        _ ruling: Ruling, in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        guard case .handOver(let handOver) = arrival.way else { throw .unavailable(.registry) }
        let authority = ruling.authority
        let expiry = try expiry(most: min(longestLife, ruling.longest ?? .max))
        let mandate = try handOver.mandate(over: authority, until: expiry, terms(of: ruling))
        guard let key = try registry.activeKey(for: .es256) else { throw .unavailable(.signingKey) }
        guard let scopes = ScopeSet(authority.entries.flatMap(\.scopes.scopes)) else { throw .audienceMissing }
        let claims = DelegationClaims(
            mandate: mandate, issuer: terms.issuer, tokenID: terms.tokenID, issuedAt: terms.now, expiry: expiry,
            approval: ruling.approval)
        return try issuance(
            .delegation, claims.json, of: mandate, ruling, scopes: scopes, key: key, until: expiry, in: registry,
            record: &record)
    }

    /// How long such a token lives at most, in seconds, before policies and people shorten it.
    var longestLife: Int64 {
        switch request.wanted {
        case .accessToken: audiences.first?.longestLife ?? 0
        case .delegation: Lifetimes.delegationToken
        }
    }

    /// New links say which approval they come from.
    private func terms(of ruling: Ruling) -> LinkTerms {
        guard let approval = ruling.approval else { return terms }
        var terms = terms
        terms.approval = approval
        return terms
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
        _ type: TokenType, _ claims: [UInt8], of mandate: Mandate, _ ruling: Ruling, scopes: ScopeSet, key: KeyID,
        until expiry: Instant, in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> Issuance {
        // Policies can make many scopes of one pattern; more than may be asked for would not be read here either.
        guard claims.count <= Self.mostClaims,
            type == .delegation || scopes.scopes.count <= ScopeSet.maximumRequested
        else { throw .malformedRequest(.tokenTooLarge) }
        record.event = type == .delegation ? .delegationCreated : .tokenIssued
        record.chainHash = mandate.chain.hash.text
        record.granted = scopes
        record.tokenID = terms.tokenID
        record.expiry = expiry
        record.decision = ruling.decision
        record.rule = ruling.rule
        record.approval = ruling.approval
        record.isElevated = ruling.isElevated
        return Issuance(
            claims: claims, type: type, key: key,
            entry: LedgerEntry(
                record, effect: effect(of: mandate, ruling, type, claims, until: expiry, in: registry),
                observation: observation(of: mandate, ruling)),
            answer: TokenAnswer(
                wanted: request.wanted, lifetime: expiry.seconds - terms.now.seconds, scopes: scopes,
                task: mandate.task, chain: mandate.chain.hash, depth: mandate.chain.depth),
            client: client, audience: audiences.count == 1 ? audiences[0].id : nil)
    }

    private func observation(of mandate: Mandate, _ ruling: Ruling) -> Observation {
        var worst = ScopeClass.read
        for audience in audiences {
            guard let scopes = ruling.authority.scopes(for: audience.id) else { continue }
            worst = max(worst, audience.catalogue.worstClass(of: scopes))
        }
        return Observation(
            holder: mandate.holder.agent.id, client: client.agent.id, authority: ruling.authority, worst: worst)
    }

    /// What must hold still when the record is written, and what is written with it.
    private func effect(
        of mandate: Mandate, _ ruling: Ruling, _ type: TokenType, _ claims: [UInt8], until expiry: Instant,
        in registry: some RegistryView
    ) -> LedgerEntry.Effect {
        if mandate.last == nil, mandate.newLinks.isEmpty, mandate.task == nil, request.retry == nil,
            ruling.rates.isEmpty
        {
            return .token(judgedUnder: registry.epoch, link: mandate.holder.link.number, expiry: expiry)
        }
        let links = mandate.chain.links
        var writes = Writes(
            token: Writes.Token(
                link: mandate.newLinks.isEmpty ? links.last : nil, expiry: type == .delegation ? nil : expiry))
        writes.links = mandate.newLinks
        writes.parent = links.last
        writes.rates = ruling.rates
        writes.approval = ruling.approval.map { ApprovalUse(id: $0, claims: claims) }
        // A link for one approved token is of that token alone.
        if mandate.last == nil, !mandate.newLinks.isEmpty, ruling.approval == nil {
            writes.replaced = mandate.holder.link.number
        }
        if let task = arrival.task {
            if task.isNew {
                writes.task = TaskEntry(
                    id: task.id, purpose: request.purpose, createdAt: terms.now,
                    createdBy: client.agent.id.rawValue)
            }
            if !task.isHeld, request.wanted == .delegation { writes.taskHolder = mandate.newLinks.first?.delegate }
        }
        writes.used = arrival.actor?.used
        writes.retry = request.retry.map { key in
            Writes.Retry(client: client.agent.id, key: key, claims: claims)
        }
        return .issuance(grounds(in: registry, links: links), writes)
    }

    private func grounds(in registry: some RegistryView, links: [Int64]) -> Grounds {
        Grounds(
            epoch: registry.epoch, revocations: registry.revocations, links: links + (arrival.actor?.links ?? []),
            task: arrival.task?.id, tokens: arrival.tokens)
    }
}
