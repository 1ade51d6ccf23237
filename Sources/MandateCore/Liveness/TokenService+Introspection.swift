extension TokenService {
    /// Token introspection (RFC 7662 §2.2): everything for the token's audience and for its holder, and
    /// `{"active":false}` for everyone and everything else.
    func introspect(
        _ question: TokenQuestion, by client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> [UInt8] {
        guard let (token, chain) = try live(question.token, in: registry, at: now),
            token.audience == client.agent.id.rawValue || token.holder == client.agent.id
        else { return Array("{\"active\":false}".utf8) }
        var json = JSONWriter(capacity: 2048)
        json.raw("{\"active\":true")
        switch token.type {
        case .accessToken: json.raw(",\"token_type\":\"Bearer\"")
        case .delegation, .revocations: json.raw(",\"token_type\":\"N_A\"")
        }
        json.raw(",")
        json.raw(token.claims.dropFirst().dropLast())
        if !token.isInline {
            json.raw(",\"delegation_chain\":")
            json.links(of: chain)
        }
        json.raw("}")
        return json.bytes
    }

    /// A token of our own that is good now, and the chain it commits to; nil when anything of it is dead.
    public func live(
        _ text: [UInt8], in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> (OwnToken, ChainSummary)? {
        let token: OwnToken
        do throws(TokenFault) {
            token = try verifier.own(text, in: registry)
        } catch {
            switch error {
            case .unusable: return nil
            case .unavailable(let why): throw .unavailable(why)
            }
        }
        guard token.issuer == issuer.rawValue, try isLive(token, in: registry, at: now),
            let chain = try registry.chain(token.chain)
        else { return nil }
        return (token, chain.summary)
    }
}

extension JSONWriter {
    /// The links of a chain as an array, root first, byte for byte as they were hashed.
    public mutating func links(of chain: ChainSummary) {
        raw("[")
        for (index, document) in chain.documents.enumerated() {
            if index > 0 { raw(",") }
            raw(document)
        }
        raw("]")
    }
}
