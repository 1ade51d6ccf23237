/// Registers agents as OAuth clients register (RFC 7591): the agent and its first secret in one transaction, or neither.
public struct ClientRegistration: Sendable {
    private let changes: RegistryChanges
    private let secrets: ClientSecrets
    private let random: @Sendable (Int) throws(Refusal) -> [UInt8]

    public init(
        changes: RegistryChanges, secrets: ClientSecrets, random: @escaping @Sendable (Int) throws(Refusal) -> [UInt8]
    ) {
        self.changes = changes
        self.secrets = secrets
        self.random = random
    }

    /// The agent that `json` describes, with a secret, told once.
    public func register(_ json: JSONValue, by operatorName: String) async throws(Problem) -> RegisteredClient {
        let metadata = try ClientMetadata(json, freshID: freshID)
        let secret = try secrets.freshSecret()
        let id = metadata.definition.agent.id
        let saved = try await changes.register(metadata.definition, by: operatorName) { (editor) throws(Problem) in
            try metadata.checkScope(of: try editor.known(id))
            _ = try editor.addSecret(secret, to: try editor.known(id).agent, by: operatorName)
        }
        return RegisteredClient(
            metadata: metadata, entry: saved.record, secret: secret.text, warnings: saved.warnings)
    }

    private func freshID() throws(Problem) -> String {
        do {
            return "agent-" + Base64URL.text(of: try random(12))
        } catch {
            throw Problem(.unavailable, "no id could be made (\(error.reason)): try again")
        }
    }
}

/// A client as it was registered.
public struct RegisteredClient: Sendable {
    let metadata: ClientMetadata
    let entry: AgentEntry
    let secret: String
    let warnings: [String]

    public var id: AgentID { entry.agent.id }

    /// The client information response (RFC 7591 §3.2.1), with the members of the agent beside OAuth's.
    public var json: JSONValue {
        let scopes = ScopeSet((entry.capabilities?.entries ?? []).flatMap(\.scopes.scopes))
        let grants = GrantKind.allCases.filter(entry.agent.grants.contains)
        let oauth: [JSONMember] = [
            JSONMember(name: "client_id", value: .string(id.rawValue)),
            JSONMember(name: "client_secret", value: .string(secret)),
            JSONMember(name: "client_id_issued_at", value: .integer(entry.createdAt.seconds)),
            // RFC 7591 §3.2.1: 0 for a secret that does not expire.
            JSONMember(name: "client_secret_expires_at", value: 0),
            JSONMember(name: "client_name", value: .text(metadata.clientName)),
            JSONMember(name: "grant_types", value: .array(grants.map { .string($0.grantType) })),
            JSONMember(
                name: "token_endpoint_auth_method", value: .string(metadata.authenticationMethod.rawValue)),
            JSONMember(name: "scope", value: .text(scopes?.description)),
            JSONMember(name: "warnings", value: .array(warnings.map { .string($0) })),
        ]
        let agent = (entry.json.members ?? []).filter { $0.name != "grants" }
        return .object((oauth + agent).filter { $0.value != .null })
    }
}

extension AgentEntry {
    /// What the agent may have: its own capabilities, or its type's.
    var capabilities: Authority? { agent.ownCapabilities ?? type.capabilities }
}

extension ClientMetadata {
    /// A scope names no audience, so it is enough that some audience's scopes cover it.
    fileprivate func checkScope(of entry: AgentEntry) throws(Problem) {
        let held = entry.capabilities?.entries ?? []
        let excess = scope?.scopes.first { asked in
            !held.contains { entry in entry.scopes.scopes.contains { $0.covers(asked) } }
        }
        guard let excess else { return }
        throw FieldPath.root.member("scope").problem(
            "\(quoted(excess.description)) is not among the capabilities: leave it out, or name it there")
    }
}
