extension ObjectReader {
    /// A quota, such as `{tokens: 100, per: 1m, burst: 20}`.
    func quota(_ name: String) throws(Problem) -> Quota? {
        try value(name).map { value throws(Problem) in try Self.quota(value, at: field(name)) }
    }

    /// Audience → quota.
    func quotas(_ name: String) throws(Problem) -> Quotas? {
        guard let value = value(name) else { return nil }
        guard let members = value.members else {
            throw field(name).problem("must be an object from audience to quota, not \(value.kind)")
        }
        var entries: [Quotas.Entry] = []
        for member in members {
            let place = field(name).member(member.name)
            guard let audience = AudienceID(member.name) else {
                throw place.problem("\(quoted(member.name)) is no audience id: it is \(AudienceID.grammar)")
            }
            entries.append(Quotas.Entry(audience: audience, quota: try Self.quota(member.value, at: place)))
        }
        return Quotas(entries)
    }

    private static func quota(_ value: JSONValue, at place: FieldPath) throws(Problem) -> Quota {
        let reader = try ObjectReader(value, at: place, "a quota", known: ["tokens", "per", "burst"])
        let tokens = try reader.require(
            "tokens", try reader.integer("tokens", in: Quota.counts), "say how many tokens an agent may have")
        let period = try reader.require(
            "per", try reader.seconds("per", in: Quota.periods), "say in what time, such as 1m")
        guard
            let quota = Quota(
                tokens: tokens, period: period, burst: try reader.integer("burst", in: Quota.counts))
        else { throw place.problem("is no quota: write tokens, per and burst") }
        return quota
    }
}
