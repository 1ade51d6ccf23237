extension Authority {
    /// The authority that ``json`` wrote, or nil when anything of it is not as written there.
    public init?(json: JSONValue) {
        guard let members = json.members else { return nil }
        var entries: [Entry] = []
        for member in members {
            guard let audience = AudienceID(member.name), let scopes = ScopeSet(json: member.value) else { return nil }
            entries.append(Entry(audience: audience, scopes: scopes))
        }
        self.init(entries)
    }
}

extension ScopeSet {
    /// The scopes in canonical order, as an array of strings.
    public var json: JSONValue { .array(scopes.map { .string($0.description) }) }

    /// The set that ``json`` wrote, or nil.
    public init?(json: JSONValue) {
        guard let elements = json.array else { return nil }
        var scopes: [Scope] = []
        for element in elements {
            guard let text = element.string, let scope = Scope(text) else { return nil }
            scopes.append(scope)
        }
        self.init(scopes)
    }
}
