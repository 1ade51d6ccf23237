extension TokenService {
    /// A token of our own as a subject: of this kind, ours, and not expired. From here on the record is of its chain.
    func own(
        _ presented: PresentedToken, _ type: TokenType, in registry: some RegistryView, at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> OwnToken {
        let token: OwnToken
        do throws(TokenFault) {
            token = try verifier.own(presented.text, in: registry)
        } catch {
            throw error.refusal(.subjectTokenInvalid)
        }
        guard token.type == type, token.issuer == issuer.rawValue else { throw .subjectTokenInvalid }
        record.principal = token.principal
        record.taskID = token.task?.rawValue
        record.chainHash = token.chain.text
        guard now < token.expiry else { throw .subjectTokenExpired }
        return token
    }

    /// The same token again, by the claims that were kept of it. Its key must still be published.
    func own(
        _ claims: JSONValue, _ type: TokenType, _ key: KeyID, in registry: some RegistryView, at now: Instant,
        record: inout LedgerRecord
    ) throws(Refusal) -> OwnToken {
        guard let token = OwnToken(type: type, key: key, claims: claims), try isPublished(key, in: registry) else {
            throw .subjectTokenInvalid
        }
        record.principal = token.principal
        record.taskID = token.task?.rawValue
        record.chainHash = token.chain.text
        guard now < token.expiry else { throw .subjectTokenExpired }
        return token
    }

    /// The chain behind a token of our own, found by the hash that we signed, never by anything the request says.
    func standing(
        of token: OwnToken, in registry: some RegistryView, at now: Instant, record: inout LedgerRecord
    ) throws(Refusal) -> ChainStanding {
        let chain = try chain(of: token, in: registry)
        record.chain = chain.summary.path
        return try ChainStanding(of: chain, presentedBy: token, in: registry, at: now)
    }

    private func chain(of token: OwnToken, in registry: some RegistryView) throws(Refusal) -> DelegationChain {
        guard let chain = try registry.chain(token.chain), chain.link.delegate == token.holder else {
            throw .subjectTokenInvalid
        }
        if token.type == .delegation, chain.link.tokenID != token.id { throw .subjectTokenInvalid }
        return chain
    }

    /// Proves that an actor token (RFC 8693 §2.1) is the caller's own: an access token that was issued to it for this
    /// service, good once. A repeated request may repeat it.
    func prove(
        _ actor: PresentedToken, is client: Registration, isRetry: Bool, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> ProvenActor {
        switch actor.type {
        case .accessToken, .jwt: break
        case .idToken, .delegation: throw .actorTokenInvalid
        }
        let token: OwnToken
        do throws(TokenFault) {
            token = try verifier.own(actor.text, in: registry)
        } catch {
            throw error.refusal(.actorTokenInvalid)
        }
        return try prove(token, is: client, isRetry: isRetry, in: registry, at: now)
    }

    /// The same token again, by the claims that were kept of it: it must still be good, unused, and its key published.
    func prove(
        _ held: HeldBasis, is client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> ProvenActor {
        guard case .own(let type, let key, let claims) = held,
            let token = OwnToken(type: type, key: key, claims: claims), try isPublished(key, in: registry)
        else { throw .actorTokenInvalid }
        return try prove(token, is: client, isRetry: false, in: registry, at: now)
    }

    private func prove(
        _ token: OwnToken, is client: Registration, isRetry: Bool, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> ProvenActor {
        guard token.type == .accessToken, token.issuer == issuer.rawValue,
            token.audience == issuer.rawValue, token.holder == client.agent.id,
            try isLive(token, in: registry, at: now)
        else { throw .actorTokenInvalid }
        let proven = ProvenActor(token: token, links: try chain(of: token, in: registry).summary.links)
        if !isRetry, try registry.wasUsed(proven.used) { throw .actorTokenInvalid }
        return proven
    }

    private func isPublished(_ key: KeyID, in registry: some RegistryView) throws(Refusal) -> Bool {
        try registry.publishedKeys().contains { $0["kid"] == .string(key.rawValue) }
    }

    /// Whether a token of ours, and the chain behind it, is good now. `throws` only when that cannot be told.
    func isLive(_ token: OwnToken, in registry: some RegistryView, at now: Instant) throws(Refusal) -> Bool {
        guard now < token.expiry else { return false }
        if try registry.isRevoked(token: token.id) { return false }
        do throws(Refusal) {
            _ = try ChainStanding(
                of: try chain(of: token, in: registry), presentedBy: token, in: registry, at: now)
            return true
        } catch {
            if case .unavailable = error { throw error }
            return false
        }
    }
}

extension TokenFault {
    /// What cannot be checked now is not the caller's fault.
    func refusal(_ invalid: Refusal) -> Refusal {
        switch self {
        case .unusable: invalid
        case .unavailable(let why): .unavailable(why)
        }
    }
}
