/// What is revoked and not yet expired, at one moment of the registry.
public struct RevocationListing: Sendable {
    public let mark: Mark
    /// Access tokens, by `jti`.
    public var tokens: [String] = []
    /// Every link that is dead before its time, for whatever reason, with all below it.
    public var chains: [ChainHash] = []
    /// What these agents, and agents of these types, got or handed on until then is dead.
    public var agents: [(id: AgentID, until: Instant)] = []
    public var types: [(id: AgentTypeID, until: Instant)] = []
    public var tasks: [TaskID] = []
    public var principals: [Label] = []
    public var keys: [KeyID] = []
    /// The key to sign the list with.
    public var signingKey: KeyID?

    /// Which state of the registry a list is of.
    public struct Mark: Hashable, Sendable {
        public let epoch: Epoch
        public let revocations: Int64

        public init(epoch: Epoch, revocations: Int64) {
            self.epoch = epoch
            self.revocations = revocations
        }
    }

    public init(mark: Mark) {
        self.mark = mark
    }
}

extension RevocationListing {
    /// The claims of the signed list, but for its issuer and times.
    public var claims: [JSONMember] {
        [
            JSONMember(name: "tokens", value: .array(tokens.map { .string($0) })),
            JSONMember(name: "chains", value: .array(chains.map { .string($0.text) })),
            JSONMember(name: "agents", value: Self.times(agents.map { ($0.id.rawValue, $0.until) })),
            JSONMember(name: "agent_types", value: Self.times(types.map { ($0.id.rawValue, $0.until) })),
            JSONMember(name: "tasks", value: .array(tasks.map { .string($0.rawValue) })),
            JSONMember(name: "principals", value: .array(principals.map { .string($0.rawValue) })),
            JSONMember(name: "keys", value: .array(keys.map { .string($0.rawValue) })),
        ]
    }

    private static func times(_ entries: [(String, Instant)]) -> JSONValue {
        .object(entries.map { JSONMember(name: $0.0, value: .integer($0.1.milliseconds)) })
    }
}
