extension Policy {
    /// The policy in the shape it is read in: only what it says, lists in order, durations in seconds. What the digest of a
    /// set is made of.
    public var json: JSONValue {
        let when = when.json
        return .saying([
            ("id", .string(id.rawValue)), ("layer", .string(layer.text)), ("when", when == .object([]) ? nil : when),
            ("effect", .string(effect.rawValue)),
            ("conditions", effect == .allowWithConditions ? obligations.json : nil),
            ("approvers", approvers.isEmpty ? nil : .names(Set(approvers))),
            ("reason", reason.map { .string($0.rawValue) }),
        ])
    }
}

extension PolicyConditions {
    var json: JSONValue {
        .saying([
            ("agents", agents.map(JSONValue.names)), ("types", types.map(JSONValue.names)),
            ("teams", teams.map(JSONValue.names)), ("environments", environments.map(JSONValue.names)),
            ("audiences", audiences.map(JSONValue.names)), ("scopes", scopes.map(JSONValue.scopes)),
            ("classes", classes.map(JSONValue.words)), ("sensitivity", sensitivity.map(JSONValue.names)),
            ("outside", outside?.json), ("within", within?.json), ("depth_over", depthOver.map { .integer($0) }),
            ("rate_over", rateOver?.json), ("cross_domain", crossDomain.map { .bool($0) }),
            ("principal", principals.map(JSONValue.names)), ("autonomous", autonomous.map { .bool($0) }),
            ("attested_over", attestedOver.map { .integer($0) }), ("risk_over", riskOver.map { .integer($0) }),
            ("grant", grants.map(JSONValue.words)),
        ])
    }
}

extension RateLimit {
    var json: JSONValue {
        ["count": .integer(count), "per": .integer(period), "by": .string(by.rawValue)]
    }
}

extension PolicyObligations {
    /// The conditions of one policy, which narrows to one set at most.
    var json: JSONValue {
        .saying([
            ("max_lifetime", maxLifetime.map { .integer($0) }), ("narrow_to", narrowTo.first.map(JSONValue.scopes)),
            ("require", required.isEmpty ? nil : .words(required)), ("ledger", isElevated ? "elevated" : nil),
        ])
    }
}

extension JSONValue {
    /// An object of the members that are there.
    static func saying(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name: name, value: $0) } })
    }

    /// In byte order.
    fileprivate static func names<ID: Identifier>(_ ids: Set<ID>) -> JSONValue {
        .array(ids.sorted().map { .string($0.rawValue) })
    }

    /// In the order in which they are defined.
    static func words<Word: CaseIterable & RawRepresentable<String> & Hashable>(_ words: Set<Word>) -> JSONValue {
        .array(Word.allCases.filter(words.contains).map { .string($0.rawValue) })
    }

    fileprivate static func scopes(_ scopes: ScopeSet) -> JSONValue {
        .array(scopes.scopes.map { .string($0.description) })
    }
}
