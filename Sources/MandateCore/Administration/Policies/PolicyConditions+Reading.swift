extension ObjectReader {
    private static let longestAttestation: Int64 = 3650 * 86_400

    /// All that must hold for a policy to fire; nothing when the member is absent.
    func conditions(_ name: String) throws(Problem) -> PolicyConditions {
        var when = PolicyConditions()
        guard let value = value(name) else { return when }
        let reader = try ObjectReader(value, at: field(name), "when", known: PolicyConditions.members)
        when.agents = try reader.names(AgentID.self, "agents")
        when.types = try reader.names(AgentTypeID.self, "types")
        when.teams = try reader.names(Label.self, "teams")
        when.environments = try reader.names(Label.self, "environments")
        when.audiences = try reader.names(AudienceID.self, "audiences")
        when.scopes = try reader.scopes("scopes", Self.neverFires)
        when.classes = try reader.words(ScopeClass.self, "classes", Self.neverFires)
        when.sensitivity = try reader.oneOrMore("sensitivity") { (value, place) throws(Problem) in
            try value.identifier(Label.self, at: place)
        }
        when.outside = try reader.window("outside")
        when.within = try reader.window("within")
        if let outside = when.outside, outside.isWholeWeek {
            throw reader.field("outside").problem(
                "is outside of the whole week, so that the policy never fires: narrow it")
        }
        when.depthOver = try reader.integer("depth_over", in: 0...64)
        when.rateOver = try reader.rate("rate_over")
        when.crossDomain = try reader.bool("cross_domain")
        when.principals = try reader.oneOrMore("principal") { (value, place) throws(Problem) in
            try value.identifier(Label.self, at: place)
        }
        when.autonomous = try reader.bool("autonomous")
        when.attestedOver = try reader.seconds("attested_over", in: 1...Self.longestAttestation)
        when.riskOver = try reader.integer("risk_over", in: 0...100)
        when.grants = try reader.oneOrMore("grant") { (value, place) throws(Problem) in
            try value.word(PolicyGrant.self, at: place)
        }
        return when
    }

    private func rate(_ name: String) throws(Problem) -> RateLimit? {
        guard let value = value(name) else { return nil }
        let reader = try ObjectReader(value, at: field(name), "a rate", known: ["count", "per", "by"])
        return RateLimit(
            count: try reader.require(
                "count", try reader.integer("count", in: 0...1_000_000_000), "say how many tokens are still in order"),
            period: try reader.require(
                "per", try reader.seconds("per", in: 1...31 * 86_400), "say in how long, such as 5m or 1h"),
            by: try reader.word(RateLimit.By.self, "by") ?? .agent)
    }
}

extension PolicyConditions {
    /// What may stand under `when`.
    static let members = [
        "agents", "types", "teams", "environments", "audiences", "scopes", "classes", "sensitivity", "outside",
        "within", "depth_over", "rate_over", "cross_domain", "principal", "autonomous", "attested_over", "risk_over",
        "grant",
    ]
}

/// Lists of a policy: each name counts once, and none is empty.
extension ObjectReader {
    static let neverFires = "the policy would never fire: name at least one, or leave it out"

    func names<ID: Identifier>(
        _ type: ID.Type, _ name: String, _ mend: String = neverFires
    ) throws(Problem) -> Set<ID>? {
        let found = try list(name) { (value, place) throws(Problem) in try value.identifier(type, at: place) }
        return try notEmpty(name, found, mend).map { Set($0) }
    }

    func words<Word: CaseIterable & RawRepresentable<String> & Hashable>(
        _ type: Word.Type, _ name: String, _ mend: String
    ) throws(Problem) -> Set<Word>? {
        let found = try list(name) { (value, place) throws(Problem) in try value.word(type, at: place) }
        return try notEmpty(name, found, mend).map { Set($0) }
    }

    func scopes(_ name: String, _ mend: String) throws(Problem) -> ScopeSet? {
        try notEmpty(name, try list(name, of: JSONValue.scope), mend).flatMap { ScopeSet($0) }
    }

    /// One value alone, or a list of them.
    fileprivate func oneOrMore<Element: Hashable>(
        _ name: String, of read: (JSONValue, FieldPath) throws(Problem) -> Element
    ) throws(Problem) -> Set<Element>? {
        guard let value = value(name) else { return nil }
        if value.string != nil { return [try read(value, field(name))] }
        guard value.array != nil else {
            throw field(name).problem("must be a name in quotes, or a list of names, not \(value.kind)")
        }
        return try notEmpty(name, try list(name, of: read), Self.neverFires).map { Set($0) }
    }

    private func notEmpty<Element>(
        _ name: String, _ list: [Element]?, _ mend: String
    ) throws(Problem) -> [Element]? {
        if let list, list.isEmpty { throw field(name).problem("is an empty list: \(mend)") }
        return list
    }
}
