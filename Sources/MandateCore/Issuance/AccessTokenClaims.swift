/// The claims of an access token (RFC 9068 §2.2). A claim without a value is absent, never `null`.
struct AccessTokenClaims {
    let mandate: Mandate
    let audience: Audience
    let scopes: ScopeSet
    let issuer: Issuer
    let tokenID: String
    let issuedAt: Instant
    let expiry: Instant
    /// The approval it comes from; nil when none was needed.
    var approval: String?

    /// More agents than this in `act` would nest deeper than strict readers of JSON go, ours among them.
    static let mostActors = 15

    /// The claims as JSON, written directly: every token pays for it.
    var json: [UInt8] {
        let agent = mandate.holder.agent
        let (subject, hasActors) = subject
        var json = JSONWriter(capacity: 960)
        json.raw("{\"iss\":")
        json.string(issuer.rawValue)
        json.raw(",\"sub\":")
        json.string(subject)
        json.raw(",\"aud\":")
        json.string(audience.id.rawValue)
        json.times(issuedAt: issuedAt, expiry: expiry, tokenID: tokenID)
        json.raw(mandate.holder.claims)
        json.raw(",\"scope\":\"")
        for (index, scope) in scopes.scopes.enumerated() {
            if index > 0 { json.raw(" ") }
            json.raw(scope.bytes)
        }
        json.raw("\",\"permissions\":")
        json.scopes(scopes)
        json.chain(of: mandate)
        json.claim(",\"approval\":", approval)
        if hasActors { json.actors(mandate.chain.path.dropFirst()) }
        if audience.chain == .inline {
            json.raw(",\"delegation_chain\":[")
            for (index, document) in mandate.chain.documents.enumerated() {
                if index > 0 { json.raw(",") }
                json.raw(document)
            }
            json.raw("]")
        }
        if let namespace = audience.namespace { json.copies(of: agent, under: namespace) }
        json.raw("}")
        return json.bytes
    }

    /// Who `sub` names, and whether `act` names the agents: where the audience wants that and a person started the chain.
    private var subject: (String, hasActors: Bool) {
        switch (audience.claims, mandate.principal) {
        case (.rfc8693, .person(_, _, let name)): (name.rawValue, true)
        case (.rfc8693, .owner), (.agent, .person), (.agent, .owner): (mandate.holder.agent.id.rawValue, false)
        }
    }
}

/// The claims of a delegation token, which is good only here: authority in place of scope, and who may redeem it.
struct DelegationClaims {
    let mandate: Mandate
    let issuer: Issuer
    let tokenID: String
    let issuedAt: Instant
    let expiry: Instant
    /// The approval it comes from; nil when none was needed.
    var approval: String?

    var json: [UInt8] {
        let holder = mandate.holder.agent.id.rawValue
        var json = JSONWriter(capacity: 960)
        json.raw("{\"iss\":")
        json.string(issuer.rawValue)
        json.raw(",\"sub\":")
        json.string(holder)
        json.raw(",\"aud\":")
        json.string(issuer.rawValue)
        json.times(issuedAt: issuedAt, expiry: expiry, tokenID: tokenID)
        json.raw(mandate.holder.claims)
        json.raw(",\"authority\":")
        json.authority(mandate.authority)
        json.raw(",\"may_act\":{\"sub\":")
        json.string(holder)
        json.raw("}")
        json.chain(of: mandate)
        json.claim(",\"approval\":", approval)
        json.raw("}")
        return json.bytes
    }
}

extension Agent {
    /// What every token of the agent says of it.
    var claims: [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.claim(",\"client_id\":", id.rawValue)
        json.claim(",\"agent_id\":", id.rawValue)
        json.claim(",\"agent_type\":", type.rawValue)
        json.claim(",\"agent_version\":", version?.rawValue)
        json.claim(",\"team\":", team?.rawValue)
        json.claim(",\"environment\":", environment?.rawValue)
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func claim(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        raw(name)
        string(value)
    }

    fileprivate mutating func times(issuedAt: Instant, expiry: Instant, tokenID: String) {
        raw(",\"exp\":")
        integer(expiry.seconds)
        raw(",\"iat\":")
        integer(issuedAt.seconds)
        raw(",\"nbf\":")
        integer(issuedAt.seconds)
        raw(",\"jti\":")
        string(tokenID)
    }

    fileprivate mutating func chain(of mandate: Mandate) {
        claim(",\"task_id\":", mandate.task?.rawValue)
        raw(",\"human_principal\":")
        string(mandate.principal.name.rawValue)
        raw(",\"delegation_chain_hash\":")
        string(mandate.chain.hash.text)
        raw(",\"delegation_depth\":")
        integer(Int64(mandate.chain.depth))
    }

    /// RFC 8693 §4.1: the agent that acts now outermost, and inside it the ones before.
    fileprivate mutating func actors(_ agents: ArraySlice<String>) {
        raw(",\"act\":")
        for (index, agent) in agents.reversed().enumerated() {
            raw(index > 0 ? ",\"act\":{\"sub\":" : "{\"sub\":")
            string(agent)
        }
        for _ in agents { raw("}") }
    }

    /// Audience → scopes, in canonical order (RFC 8785).
    mutating func authority(_ authority: Authority) {
        raw("{")
        for (index, entry) in authority.entries.enumerated() {
            if index > 0 { raw(",") }
            string(entry.audience.rawValue)
            raw(":")
            scopes(entry.scopes)
        }
        raw("}")
    }

    fileprivate mutating func copies(of agent: Agent, under namespace: String) {
        let copies = [
            ("agent_type", agent.type.rawValue), ("team", agent.team?.rawValue),
            ("environment", agent.environment?.rawValue),
        ]
        for case (let name, let value?) in copies {
            raw(",")
            string(namespace + name)
            raw(":")
            string(value)
        }
    }
}
