import MandateCore

/// What the registry says at the moment of one view; see ``RegistryConnection``.
public final class RegistrySnapshot: RegistryView {
    public private(set) var epoch = Epoch(-1)
    public private(set) var policy = PolicyDigest(stored: "")

    /// How many agents one loop keeps copies of.
    private static let capacity = 4096
    private var registrations: [AgentID: Registration] = [:]
    private var audiences: [AudienceID: Audience] = [:]
    private var resources: [ResourceURI: AudienceID] = [:]
    private var issuers: [Label: TrustedIssuer] = [:]
    private var keys: [KeyEntry]?
    private var tasks: [TaskID: TaskEntry] = [:]
    private var principals: [Label: Bool] = [:]
    private let revoked: RevokedSet
    private let chains: ChainReader
    private let retries: RetryReader
    private let policyReader: PolicyReader
    private let rates: RateTable
    private let baselines: BaselineTable
    private let baselineReader: BaselineReader
    private let approvals: ApprovalReader
    private let sealKeyOfDatabase: Statement

    private let secretsOfClient: Statement
    private let registrationOfAgent: Statement
    private let audienceByID: Statement
    private let audienceByResource: Statement
    private let issuerByName: Statement
    private let keysInUse: Statement
    private let taskByID: Statement
    private let revokedPrincipal: Statement

    init(
        _ connection: Connection, digests: any Digests, rates: RateTable, baselines: BaselineTable,
        zones: any TimeZones
    ) throws(StoreError) {
        self.rates = rates
        self.baselines = baselines
        baselineReader = try BaselineReader(connection)
        approvals = try ApprovalReader(connection)
        sealKeyOfDatabase = try connection.prepare("SELECT cursor_key FROM state")
        policyReader = PolicyReader(connection, digests: digests, zones: zones)
        revoked = try RevokedSet(connection)
        chains = try ChainReader(connection, digests: digests)
        retries = try RetryReader(connection)
        taskByID = try connection.prepare("SELECT \(TaskEntry.columns) FROM task WHERE id = ?")
        revokedPrincipal = try connection.prepare("SELECT 1 FROM revoked_principal WHERE id = ?")
        secretsOfClient = try connection.prepare(
            """
            SELECT secret.hash, agent.number, secret.number FROM agent LEFT JOIN secret ON secret.agent = agent.number
            WHERE agent.id = ? ORDER BY secret.number
            """)
        registrationOfAgent = try connection.prepare(
            """
            SELECT link.number, link.hash, link.document, \(AgentType.columns), \(Agent.columns),
                max(agent.not_before, agent_type.not_before), json_extract(agent.attestation, '$.at')
            FROM agent JOIN agent_type ON agent_type.id = agent.type JOIN link ON link.number = agent.link
            WHERE agent.id = ?
            """)
        audienceByID = try connection.prepare("SELECT \(Audience.columns) FROM audience WHERE id = ?")
        audienceByResource = try connection.prepare("SELECT \(Audience.columns) FROM audience WHERE resource = ?")
        issuerByName = try connection.prepare("SELECT \(TrustedIssuer.columns) FROM trusted_issuer WHERE issuer = ?")
        keysInUse = try connection.prepare(
            "SELECT \(KeyEntry.columns) FROM signing_key WHERE state IN ('next', 'active', 'retiring') ORDER BY created_at"
        )
    }

    public var revocations: Int64 { revoked.number }

    /// Brings the copies up to the moment that `epoch` and `revocations` name.
    func enter(_ epoch: Epoch, _ policy: PolicyDigest, revocations: Int64) throws(StoreError) {
        // Tasks begin and end with tokens and revocations, without a new epoch.
        tasks.removeAll(keepingCapacity: true)
        try revoked.catchUp(to: revocations)
        guard epoch != self.epoch else { return }
        self.epoch = epoch
        self.policy = policy
        registrations.removeAll(keepingCapacity: true)
        audiences.removeAll()
        resources.removeAll()
        issuers.removeAll()
        principals.removeAll(keepingCapacity: true)
        keys = nil
    }

    public func policies() throws(Refusal) -> PolicySet {
        try asking { () throws(StoreError) in try policyReader.policies(policy) }
    }

    public func tokens(countedBy counter: RateCounter, at now: Instant) -> Int64 { rates.tokens(of: counter, at: now) }

    public func baseline(of agent: AgentID) throws(Refusal) -> Baseline? {
        if let known = baselines.baseline(of: agent) { return known }
        return try asking { () throws(StoreError) in try baselineReader.baseline(of: agent) }
    }

    public func secrets(of client: AgentID) throws(Refusal) -> SecretHashes? {
        let rows = try asking { () throws(StoreError) in
            try secretsOfClient.all([.text(client.rawValue)]) { row in
                (hash: row.optionalBlob(0), agent: row.integer(1), number: row.integer(2))
            }
        }
        guard let first = rows.first else { return nil }
        let second = rows.count > 1 ? rows[1] : nil
        return SecretHashes(
            first: first.hash, second: second?.hash, agent: first.agent, numbers: (first.number, second?.number ?? 0))
    }

    public func registration(of agent: AgentID) throws(Refusal) -> Registration? {
        if let known = registrations[agent] { return known }
        return try registrationNow(of: agent)
    }

    public func registrationNow(of agent: AgentID) throws(Refusal) -> Registration? {
        let found = try asking { () throws(StoreError) in
            try registrationOfAgent.first([.text(agent.rawValue)]) { row throws(StoreError) in
                Registration(
                    agent: try Agent(row, at: 8), type: try AgentType(row, at: 3), link: try StoredLink(row),
                    notBefore: Instant(milliseconds: row.integer(15)),
                    attestedAt: try row.optionalText(16).map { text throws(StoreError) in
                        guard let time = Instant(rfc3339: text) else { throw .unreadable("agent.attestation") }
                        return time
                    })
            }
        }
        if let found {
            if registrations.count >= Self.capacity { registrations.removeAll(keepingCapacity: true) }
            registrations[agent] = found
        }
        return found
    }

    public func audience(_ id: AudienceID) throws(Refusal) -> Audience? {
        if let known = audiences[id] { return known }
        return keep(
            try asking { () throws(StoreError) in
                try audienceByID.first([.text(id.rawValue)]) { row throws(StoreError) in try Audience(row) }
            })
    }

    public func audience(at resource: ResourceURI) throws(Refusal) -> Audience? {
        if let id = resources[resource], let known = audiences[id] { return known }
        let found = keep(
            try asking { () throws(StoreError) in
                try audienceByResource.first([.text(resource.rawValue)]) { row throws(StoreError) in try Audience(row) }
            })
        if let found { resources[resource] = found.id }
        return found
    }

    /// Only what is found is copied: anybody can write any `iss` into a token.
    public func trustedIssuer(_ issuer: Label) throws(Refusal) -> TrustedIssuer? {
        if let known = issuers[issuer] { return known }
        let found = try asking { () throws(StoreError) in
            try issuerByName.first([.text(issuer.rawValue)]) { row throws(StoreError) in try TrustedIssuer(row) }
        }
        if let found { issuers[issuer] = found }
        return found
    }

    public func chain(_ hash: ChainHash) throws(Refusal) -> DelegationChain? {
        try asking { () throws(StoreError) in try chains.chain(hash) }
    }

    public func task(_ id: TaskID) throws(Refusal) -> TaskEntry? {
        if let known = tasks[id] { return known }
        let found = try asking { () throws(StoreError) in
            try taskByID.first([.text(id.rawValue)]) { row throws(StoreError) in try TaskEntry(row) }
        }
        if let found { tasks[id] = found }
        return found
    }

    public func isRevoked(link: Int64) -> Bool { revoked.links.contains(link) }

    public func isRevoked(token: String) -> Bool { revoked.tokens.contains(token) }

    public func isRevoked(principal: Label) throws(Refusal) -> Bool {
        if let known = principals[principal] { return known }
        let found = try asking { () throws(StoreError) in
            try revokedPrincipal.first([.text(principal.rawValue)]) { _ in true } ?? false
        }
        if principals.count >= Self.capacity { principals.removeAll(keepingCapacity: true) }
        principals[principal] = found
        return found
    }

    public func wasUsed(_ token: UsedToken) throws(Refusal) -> Bool {
        try asking { () throws(StoreError) in try retries.wasUsed(token) }
    }

    public func issued(to client: AgentID, under key: String, at now: Instant) throws(Refusal) -> IssuedBefore? {
        try asking { () throws(StoreError) in try retries.issued(to: client, under: key, at: now) }
    }

    public func approval(boundTo binding: [UInt8]) throws(Refusal) -> ApprovalEntry? {
        try asking { () throws(StoreError) in try approvals.approval(boundTo: binding) }
    }

    public func approval(_ id: String) throws(Refusal) -> ApprovalEntry? {
        try asking { () throws(StoreError) in try approvals.approval(id) }
    }

    public func waitingRequests(of client: AgentID, at now: Instant) throws(Refusal) -> Int64 {
        try asking { () throws(StoreError) in try approvals.waiting(of: client, at: now) }
    }

    public func sealKey() throws(Refusal) -> [UInt8] {
        try asking { () throws(StoreError) in
            let key = try sealKeyOfDatabase.first { row in row.optionalBlob(0) } ?? nil
            guard let key, key.count == 32 else { throw .unreadable("state.cursor_key") }
            return key
        }
    }

    public func activeKey(for algorithm: SignatureAlgorithm) throws(Refusal) -> KeyID? {
        try published().first { $0.algorithm == algorithm && $0.state == .active }?.id
    }

    public func publishedKeys() throws(Refusal) -> [JSONValue] {
        try published().map(\.publicKey)
    }

    private func published() throws(Refusal) -> [KeyEntry] {
        if let keys { return keys }
        let found = try asking { () throws(StoreError) in
            try keysInUse.all { row throws(StoreError) in try KeyEntry(row) }
        }
        keys = found
        return found
    }

    private func keep(_ audience: Audience?) -> Audience? {
        guard let audience else { return nil }
        if audiences.count >= Self.capacity { audiences.removeAll(keepingCapacity: true) }
        audiences[audience.id] = audience
        return audience
    }

    /// The store's errors end here: whoever asks is refused.
    private func asking<Answer>(_ question: () throws(StoreError) -> Answer) throws(Refusal) -> Answer {
        do {
            return try question()
        } catch {
            throw .unavailable(.registry)
        }
    }
}
