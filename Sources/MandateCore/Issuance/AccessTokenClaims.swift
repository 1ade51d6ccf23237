/// The claims of an access token (RFC 9068 §2.2). A claim without a value is absent, never `null`.
public struct AccessTokenClaims: Sendable {
    let mandate: Mandate
    let audience: Audience
    let scopes: ScopeSet
    let issuer: Issuer
    let tokenID: String
    let issuedAt: Instant
    let expiry: Instant

    /// The claims as JSON, written directly: every token pays for it.
    public var json: [UInt8] {
        let agent = mandate.holder.agent
        var json = JSONWriter(capacity: 960)
        json.raw("{\"iss\":")
        json.string(issuer.rawValue)
        json.raw(",\"sub\":")
        json.string(agent.id.rawValue)
        json.raw(",\"aud\":")
        json.string(audience.id.rawValue)
        json.raw(",\"exp\":")
        json.integer(expiry.seconds)
        json.raw(",\"iat\":")
        json.integer(issuedAt.seconds)
        json.raw(",\"nbf\":")
        json.integer(issuedAt.seconds)
        json.raw(",\"jti\":")
        json.string(tokenID)
        json.raw(mandate.holder.claims)
        json.raw(",\"scope\":\"")
        for (index, scope) in scopes.scopes.enumerated() {
            if index > 0 { json.raw(" ") }
            json.raw(scope.bytes)
        }
        json.raw("\",\"permissions\":")
        json.scopes(scopes)
        json.claim(",\"task_id\":", mandate.task?.rawValue)
        json.raw(",\"human_principal\":")
        json.string(mandate.principal.name.rawValue)
        json.raw(",\"delegation_chain_hash\":")
        json.string(mandate.chain.text)
        json.raw(",\"delegation_depth\":")
        json.integer(Int64(mandate.depth))
        if audience.chain == .inline {
            json.raw(",\"delegation_chain\":[")
            json.raw(mandate.holder.link.document)
            json.raw("]")
        }
        if let namespace = audience.namespace { json.copies(of: agent, under: namespace) }
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
