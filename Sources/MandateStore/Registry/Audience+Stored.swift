import MandateCore

extension Audience {
    /// The columns of ``init(_:)``.
    static let columns = "id, status, resource, definition"

    init(_ row: Row) throws(StoreError) {
        let json = try StoredJSON(row.blob(3), "audience.definition")
        self.init(
            id: try identifier(row.text(0), "audience.id"),
            resource: try row.optionalText(2).map { text throws(StoreError) in
                guard let uri = ResourceURI(text) else { throw .unreadable("audience.resource") }
                return uri
            },
            catalogue: try json.required("scopes") { Catalogue(stored: $0) },
            defaultScopes: try json.optional("default_scopes") { ScopeSet(json: $0) },
            maxLifetime: try json.optional("max_lifetime", \.integer), environment: try json.label("environment"),
            claims: try json.required("claims") { $0.string.flatMap(ClaimsProfile.init(rawValue:)) },
            algorithm: try json.required("algorithm") { $0.string.flatMap(SignatureAlgorithm.init(rawValue:)) },
            chain: try json.required("chain") { $0.string.flatMap(ChainPresentation.init(rawValue:)) },
            namespace: try json.optional("namespace", \.string),
            requiresTask: try json.required("require_task", \.bool),
            status: try stored(row.text(1), "audience.status"),
            quota: try json.optional("quota") { Quota(json: $0) })
    }

    /// What has no column of its own.
    var definition: JSONValue {
        .compact([
            ("scopes", catalogue.stored), ("default_scopes", defaultScopes?.json),
            ("max_lifetime", maxLifetime.map { .integer($0) }), ("environment", .text(environment)),
            ("claims", .string(claims.rawValue)), ("algorithm", .string(algorithm.rawValue)),
            ("chain", .string(chain.rawValue)), ("namespace", namespace.map { .string($0) }),
            ("require_task", .bool(requiresTask)), ("quota", quota?.json),
        ])
    }
}

extension Catalogue {
    fileprivate var stored: JSONValue {
        .array(
            entries.map { entry in
                .compact([
                    ("name", .string(entry.name.description)), ("class", .string(entry.scopeClass.rawValue)),
                    ("sensitivity", .text(entry.sensitivity)),
                ])
            })
    }

    fileprivate init?(stored json: JSONValue) {
        guard let elements = json.array else { return nil }
        var entries: [Entry] = []
        for element in elements {
            guard let name = element["name"]?.string.flatMap({ Scope($0) }),
                let scopeClass = element["class"]?.string.flatMap(ScopeClass.init(rawValue:))
            else { return nil }
            var sensitivity: Label?
            if let given = element["sensitivity"] {
                guard let label = given.string.flatMap({ Label($0) }) else { return nil }
                sensitivity = label
            }
            entries.append(Entry(name: name, scopeClass: scopeClass, sensitivity: sensitivity))
        }
        self.init(entries)
    }
}
