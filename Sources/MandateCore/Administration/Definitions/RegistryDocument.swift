/// What a registry file says: records in the shape the API shows, under at most five keys.
public struct RegistryDocument: Hashable, Sendable {
    /// Nil when the file does not speak of this kind at all; then nothing of it is pruned.
    let audiences: [AudienceDefinition]?
    let issuers: [IssuerDefinition]?
    let types: [AgentTypeDefinition]?
    let agents: [AgentDefinition]?
    let policies: [PolicyDefinition]?
    /// Where the policies stand.
    let policiesPlace: FieldPath

    private static let keys = ["audiences", "agent_types", "agents", "issuers", "policies"]

    init(
        audiences: [AudienceDefinition]? = nil, issuers: [IssuerDefinition]? = nil,
        types: [AgentTypeDefinition]? = nil, agents: [AgentDefinition]? = nil, policies: [PolicyDefinition]? = nil,
        policiesPlace: FieldPath = .root
    ) {
        self.policies = policies
        self.policiesPlace = policiesPlace
        self.audiences = audiences
        self.issuers = issuers
        self.types = types
        self.agents = agents
    }

    /// Reads a document; the first thing wrong in it is the problem, with the field it is in.
    public init(_ json: JSONValue) throws(Problem) {
        let reader = try ObjectReader(json, at: .root, "a registry document", known: Self.keys, isRecord: false)
        audiences = try reader.list("audiences", of: AudienceDefinition.read)
        issuers = try reader.list("issuers", of: IssuerDefinition.read)
        types = try reader.list("agent_types", of: AgentTypeDefinition.read)
        agents = try reader.list("agents", of: AgentDefinition.listed)
        policies = try reader.policies("policies")
        policiesPlace = reader.field("policies")
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

    fileprivate static func refuseDuplicates(
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
    /// Definitions of policies, each id once, and not more than can be in force.
    func policies(_ name: String) throws(Problem) -> [PolicyDefinition]? {
        if let count = value(name)?.array?.count, count > PolicyRecord.most {
            throw field(name).problem("has \(count) policies: \(PolicyRecord.most) are the most")
        }
        let policies = try list(name, of: PolicyDefinition.read)
        try RegistryDocument.refuseDuplicates(policies?.map { ($0.policy.id.rawValue, $0.place) } ?? [])
        return policies
    }
}
