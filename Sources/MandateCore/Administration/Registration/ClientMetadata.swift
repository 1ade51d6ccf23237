/// What a client registers itself with (RFC 7591 §2): an agent in Mandate's words, and OAuth's words for the same.
///
/// Metadata that is not understood is ignored, as the RFC asks. But a name that is nearly one of Mandate's is refused: an
/// agent whose misspelt capabilities were ignored would get all those of its type.
public struct ClientMetadata: Sendable {
    let definition: AgentDefinition
    /// What it asked for; each must be among its capabilities.
    let scope: ScopeSet?
    public let clientName: String?
    public let authenticationMethod: AuthenticationMethod

    /// How the client shows its secret.
    public enum AuthenticationMethod: String, Hashable, Sendable, CaseIterable {
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    /// RFC 7591 §2 and the registry of its metadata, as far as an authorization server may be sent it by anybody.
    private static let oauth = [
        "redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "client_name", "client_uri",
        "logo_uri", "scope", "contacts", "tos_uri", "policy_uri", "jwks_uri", "jwks", "software_id",
        "software_version", "software_statement", "client_id",
    ]

    /// - Parameter freshID: An id for a client that brings none.
    public init(_ json: JSONValue, freshID: () throws(Problem) -> String) throws(Problem) {
        guard let members = json.members else {
            throw FieldPath.root.problem("client metadata must be an object with named members, not \(json.kind)")
        }
        try Self.refuseMisspelt(members)
        let place = FieldPath.root
        let reader = try ObjectReader(json, at: place, "client metadata", known: members.map(\.name))
        guard reader.value("software_statement") == nil else {
            throw place.member("software_statement").problem("is not accepted: send the metadata themselves")
        }
        scope = try Self.scope(reader)
        let name = try reader.text("client_name")
        clientName = name?.rawValue
        authenticationMethod =
            try reader.word(AuthenticationMethod.self, "token_endpoint_auth_method") ?? .basic
        var agent = members.filter { member in
            AgentDefinition.members.contains(where: member.name.hasSameBytes)
                && !["id", "grants", "description"].contains(where: member.name.hasSameBytes)
        }
        let given = try Self.id(reader)
        let id: String
        if let given { id = given } else { id = try freshID() }
        agent.append(JSONMember(name: "id", value: .string(id)))
        agent.append(JSONMember(name: "grants", value: try Self.grants(reader)))
        agent.append(
            JSONMember(name: "description", value: reader.value("description") ?? .text(name?.rawValue)))
        definition = try AgentDefinition.read(.object(agent), at: place)
    }

    private static func refuseMisspelt(_ members: [JSONMember]) throws(Problem) {
        for member in members where !(oauth + AgentDefinition.members).contains(where: member.name.hasSameBytes) {
            let place = FieldPath.root.member(member.name)
            if AgentDefinition.kept.contains(where: member.name.hasSameBytes) {
                throw place.problem("is kept by the registry and cannot be set: leave it out")
            }
            if let near = NearestName.nearest(to: member.name, among: AgentDefinition.members) {
                throw place.problem("is not known; did you mean \"\(near)\"?")
            }
        }
    }

    private static func id(_ reader: ObjectReader) throws(Problem) -> String? {
        switch (try reader.string("client_id"), try reader.string("id")) {
        case (let one?, let other?):
            guard one.hasSameBytes(as: other) else {
                throw reader.field("client_id").problem("is not the id: send one of them, or the same")
            }
            return one
        case (let given, nil), (nil, let given): return given
        }
    }

    /// OAuth's names of the grants, or Mandate's; null for the usual ones.
    private static func grants(_ reader: ObjectReader) throws(Problem) -> JSONValue {
        let names = try reader.list("grant_types") { (value, place) throws(Problem) in
            let name = try value.string(at: place)
            guard let grant = GrantKind.allCases.first(where: { $0.grantType.hasSameBytes(as: name) }) else {
                let known = GrantKind.allCases.map(\.grantType).joined(separator: ", ")
                throw place.problem("must be one of \(known), not \(quoted(name))")
            }
            return grant
        }
        guard let names else { return reader.value("grants") ?? .null }
        if reader.value("grants") != nil {
            throw reader.field("grants").problem("stands beside grant_types: send one of them")
        }
        return .array(names.map { .string($0.rawValue) })
    }

    private static func scope(_ reader: ObjectReader) throws(Problem) -> ScopeSet? {
        guard let text = try reader.string("scope") else { return nil }
        switch ScopeSet.reading(text) {
        case .absent: return nil
        case .scopes(let set): return set
        case .malformed(let word): throw reader.field("scope").problem("\(quoted(word)) is no scope")
        }
    }
}

extension GrantKind {
    /// The `grant_type` of RFC 6749 and RFC 8693.
    public var grantType: String {
        switch self {
        case .clientCredentials: "client_credentials"
        case .tokenExchange: "urn:ietf:params:oauth:grant-type:token-exchange"
        }
    }
}
