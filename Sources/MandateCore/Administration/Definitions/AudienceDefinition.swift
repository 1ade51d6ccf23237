/// An audience as somebody wrote it down.
struct AudienceDefinition: Hashable, Sendable {
    let place: FieldPath
    /// The status when it was written down; otherwise the audience keeps the one it has.
    let status: RegistryStatus?
    let audience: Audience

    static let members = [
        "id", "resource", "scopes", "default_scopes", "max_lifetime", "environment", "claims", "algorithm", "chain",
        "namespace", "require_task", "status", "quota",
    ]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> AudienceDefinition {
        let reader = try ObjectReader(value, at: place, "an audience", known: members)
        let status = try reader.word(RegistryStatus.self, "status")
        let catalogue = try reader.catalogue("scopes")
        let audience = Audience(
            id: try reader.require("id", try reader.identifier(AudienceID.self, "id"), "give the audience an id"),
            resource: try reader.resource("resource"),
            catalogue: catalogue,
            defaultScopes: try reader.defaultScopes("default_scopes", in: catalogue),
            maxLifetime: try reader.seconds("max_lifetime", in: Lifetimes.shortest...Lifetimes.accessToken),
            environment: try reader.identifier(Label.self, "environment"),
            claims: try reader.word(ClaimsProfile.self, "claims") ?? .agent,
            algorithm: try reader.word(SignatureAlgorithm.self, "algorithm") ?? .es256,
            chain: try reader.word(ChainPresentation.self, "chain") ?? .hash,
            namespace: try reader.namespace("namespace"),
            requiresTask: try reader.bool("require_task") ?? false,
            status: status ?? .active,
            quota: try reader.quota("quota"))
        return AudienceDefinition(place: place, status: status, audience: audience)
    }
}

extension Audience {
    /// The same audience in another status.
    func with(status: RegistryStatus) -> Audience {
        Audience(
            id: id, resource: resource, catalogue: catalogue, defaultScopes: defaultScopes, maxLifetime: maxLifetime,
            environment: environment, claims: claims, algorithm: algorithm, chain: chain, namespace: namespace,
            requiresTask: requiresTask, status: status, quota: quota)
    }
}

extension ObjectReader {
    fileprivate func catalogue(_ name: String) throws(Problem) -> Catalogue {
        let entries = try require(
            name, try list(name, of: Self.catalogueEntry), "list the scopes it knows, each with name and class")
        if entries.isEmpty { throw field(name).problem("lists no scope: an audience knows at least one") }
        guard let catalogue = Catalogue(entries) else {
            throw field(name).problem("names a scope twice: keep one entry a name")
        }
        return catalogue
    }

    private static func catalogueEntry(_ value: JSONValue, at place: FieldPath) throws(Problem) -> Catalogue.Entry {
        let reader = try ObjectReader(value, at: place, "a scope", known: ["name", "class", "sensitivity"])
        let name = try reader.require("name", reader.value("name"), "write the scope, such as \"ec2:Describe*\"")
        return Catalogue.Entry(
            name: try JSONValue.scope(name, at: reader.field("name")),
            scopeClass: try reader.require(
                "class", try reader.word(ScopeClass.self, "class"), "say read, write, delete or admin"),
            sensitivity: try reader.identifier(Label.self, "sensitivity"))
    }

    /// An empty list is as good as none: then every request must name its scopes.
    fileprivate func defaultScopes(_ name: String, in catalogue: Catalogue) throws(Problem) -> ScopeSet? {
        guard let scopes = try list(name, of: JSONValue.scope), let set = ScopeSet(scopes) else { return nil }
        if let unknown = catalogue.firstUnknown(of: set) {
            throw field(name).problem(
                "\(quoted(unknown.description)) is covered by no entry of scopes: add it there or leave it out here")
        }
        return set
    }

    fileprivate func resource(_ name: String) throws(Problem) -> ResourceURI? {
        guard let text = try string(name) else { return nil }
        guard let uri = ResourceURI(text) else {
            throw field(name).problem("must be \(ResourceURI.grammar), not \(quoted(text))")
        }
        return uri
    }

    fileprivate func namespace(_ name: String) throws(Problem) -> String? {
        guard let text = try string(name) else { return nil }
        guard Self.isNamespace(Array(text.utf8)) else {
            throw field(name).problem(
                "must be an http or https URL of at most 256 characters that ends in \"/\", without query or fragment, "
                    + "not \(quoted(text))")
        }
        return text
    }

    private static func isNamespace(_ bytes: [UInt8]) -> Bool {
        let schemes = ["https://", "http://"]
        guard bytes.count <= 256, bytes.last == UInt8(ascii: "/"),
            bytes.allSatisfy({ AudienceID.allows($0) || UInt8(ascii: "%") == $0 }),
            let scheme = schemes.first(where: { bytes.starts(with: $0.utf8) })
        else { return false }
        return bytes.count > scheme.utf8.count && bytes[scheme.utf8.count] != UInt8(ascii: "/")
    }
}
