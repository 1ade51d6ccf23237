/// What a registry file says: records in the shape the API shows, under at most five keys.
public struct RegistryDocument: Hashable, Sendable {
    /// Nil when the file does not speak of this kind at all; then nothing of it is pruned.
    let audiences: [AudienceDefinition]?
    let issuers: [IssuerDefinition]?
    let types: [AgentTypeDefinition]?
    let agents: [AgentDefinition]?

    private static let keys = ["audiences", "agent_types", "agents", "issuers", "policies"]

    init(
        audiences: [AudienceDefinition]? = nil, issuers: [IssuerDefinition]? = nil,
        types: [AgentTypeDefinition]? = nil, agents: [AgentDefinition]? = nil
    ) {
        self.audiences = audiences
        self.issuers = issuers
        self.types = types
        self.agents = agents
    }

    /// Reads a document; the first thing wrong in it is the problem, with the field it is in.
    public init(_ json: JSONValue) throws(Problem) {
        let reader = try ObjectReader(json, at: .root, "a registry document", known: Self.keys, isRecord: false)
        try reader.refuseUnsupported("policies")
        audiences = try reader.list("audiences", of: AudienceDefinition.read)
        issuers = try reader.list("issuers", of: IssuerDefinition.read)
        types = try reader.list("agent_types", of: AgentTypeDefinition.read)
        agents = try reader.list("agents", of: AgentDefinition.listed)
        try Self.refuseDuplicates(audiences?.map { ($0.audience.id.rawValue, $0.place) } ?? [])
        try Self.refuseDuplicates(issuers?.map { ($0.issuer.issuer.rawValue, $0.place) } ?? [], of: "issuer")
        try Self.refuseDuplicates(types?.map { ($0.type.id.rawValue, $0.place) } ?? [])
        try Self.refuseDuplicates(agents?.map { ($0.agent.id.rawValue, $0.place) } ?? [])
    }

    /// A file that is to hold an issuer's keys.
    public struct KeyFile: Hashable, Sendable {
        public let issuer: Label
        public let path: String
        /// Where the document names it.
        public let field: String

        public init(issuer: Label, path: String, field: String) {
            self.issuer = issuer
            self.path = path
            self.field = field
        }
    }

    /// The files of the host that the document names.
    public var keyFiles: [KeyFile] {
        (issuers ?? []).compactMap { definition in
            definition.issuer.keys.file.map { path in
                KeyFile(
                    issuer: definition.issuer.issuer, path: path, field: definition.place.member("jwks_file").text)
            }
        }
    }

    private static func refuseDuplicates(
        _ ids: [(id: String, place: FieldPath)], of name: String = "id"
    ) throws(Problem) {
        var places: [String: FieldPath] = [:]
        for (id, place) in ids {
            if let first = places.updateValue(place, forKey: id) {
                throw place.member(name).problem(
                    "\(quoted(id)) is defined twice, first at \(first.text): keep one of them")
            }
        }
    }
}

extension ObjectReader {
    /// What is not understood is refused, not skipped: a policy that is not in force must not look as if it were.
    fileprivate func refuseUnsupported(_ name: String) throws(Problem) {
        guard let value = value(name) else { return }
        guard let list = value.array else { throw field(name).problem("must be a list, not \(value.kind)") }
        guard list.isEmpty else {
            throw field(name).problem("is not supported by this version: leave it out or empty")
        }
    }
}
