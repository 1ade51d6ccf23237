import MandateCore
import MandateTesting
import Testing

/// Agents that hand authority on from one to the next, and the service that judges them. What is issued is kept as a
/// store keeps it, so that every token can be presented again, by its `jti`.
struct Relay {
    static let login = Label(checked: "https://login.example")
    static let bob = Label(checked: "bob@company.com")
    static let owner = Label(checked: "alice@company.com")
    static let task = TaskID(checked: "INC-1")
    static let inventory = AudienceID(checked: "cloud-inventory-api")
    static let everything: Authority = [
        "cloud-inventory-api": "ec2:* s3:ListBuckets", "billing-api": "invoice:*", "agent-9": "ec2:*",
    ]

    var view = FakeView()
    var tokens = FakeTokens()
    var random = CountingRandom()
    var quotas = FakeQuotas()
    var now = Instant.eightOClock
    private var links: Int64 = 0

    /// Agents `agent-1` to `agent-9` that may hand anything to each other, and a portal where Bob starts chains.
    init() throws {
        view.keys[.es256] = Court.key
        view.audiences = [
            try Self.audience("cloud-inventory-api", Self.inventoryClasses),
            try Self.audience("billing-api", [("invoice:*", .read)]), try Self.audience("agent-9", [("ec2:*", .read)]),
        ]
        view.issuers = [Self.issuer()]
        for number in 1...9 { try register("agent-\(number)") }
        try register("portal", starts: true)
        arrive(token: "bob", claims: Self.person())
    }

    static let both: [TokenRequest.Target] = [.audience("agent-9"), .audience("cloud-inventory-api")]

    static let inventoryClasses: [(Scope, ScopeClass)] = [
        ("ec2:Describe*", .read), ("ec2:Modify*", .write), ("ec2:Terminate*", .delete), ("ec2:Purge*", .admin),
        ("s3:ListBuckets", .read),
    ]

    static func audience(
        _ id: String, _ scopes: [(Scope, ScopeClass)], claims: ClaimsProfile = .agent, requiresTask: Bool = false,
        defaultScopes: ScopeSet? = nil, chain: ChainPresentation = .hash, maxLifetime: Int64? = nil
    ) throws -> Audience {
        guard let catalogue = Catalogue(scopes.map { Catalogue.Entry(name: $0, scopeClass: $1) }) else {
            throw Misarranged()
        }
        return Audience(
            id: AudienceID(checked: id), catalogue: catalogue, defaultScopes: defaultScopes, maxLifetime: maxLifetime,
            claims: claims, chain: chain, requiresTask: requiresTask)
    }

    static func issuer(
        delegable: [TrustedIssuer.Delegable] = [.init(conditions: [], authority: everything)],
        audiences: [String] = ["portal"]
    ) -> TrustedIssuer {
        TrustedIssuer(
            issuer: login, keys: .inline(["keys": []]), audiences: audiences.map { Label(checked: $0) },
            principalClaim: "email", delegable: delegable)
    }

    /// The claims of Bob's token; `changes` sets members, or takes them away by nil.
    static func person(_ changes: (String, JSONValue?)...) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("iss", .string(login.rawValue)), ("sub", "00u-bob"), ("aud", "portal"), ("email", .string(bob.rawValue)),
            ("iat", 1_800_000_000), ("exp", 1_800_007_200),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return .object(members.map { JSONMember(name: $0, value: $1) })
    }

    /// Puts an agent into the registry, or changes it there; its registration link stays.
    mutating func register(
        _ id: String, type: String = "worker", capabilities: Authority = everything, to: [String] = ["worker"],
        depth: Int = 32, most: ScopeClass = .admin, approvalFor: Set<ScopeClass> = [], starts: Bool = false,
        status: AgentStatus = .active, typeStatus: RegistryStatus = .active, expiresAt: Instant? = nil,
        notBefore: Instant = Instant(milliseconds: 0)
    ) throws {
        let agent = Agent(
            id: AgentID(checked: id), type: AgentTypeID(checked: type), owner: Self.owner, status: status,
            ownCapabilities: capabilities,
            ownDelegation: DelegationConstraints(
                to: to.map { Label(checked: $0) }, maxChainDepth: depth, maxClass: most, approvalFor: approvalFor),
            mayStartChains: starts, expiresAt: expiresAt)
        view.hashes[agent.id] = SecretHashes(first: try FakeDigests().sha256(Court.secret), second: nil)
        view.registrations[agent.id] = Registration(
            agent: agent, type: AgentType(id: agent.type, status: typeStatus),
            link: try view.registrations[agent.id]?.link ?? link(of: agent), notBefore: notBefore)
    }

    mutating func arrive(token: String, claims: JSONValue) {
        guard let issuer = view.issuers.first else { return }
        tokens.foreign[token] = ForeignToken(issuer: issuer, claims: claims)
    }

    private mutating func link(of agent: Agent) throws -> StoredLink {
        let number = UInt8(view.registrations.count + 1)
        guard let id = ChainID(random: [UInt8](repeating: number, count: 16)) else { throw Misarranged() }
        let document = Link.registration(
            of: agent, capabilities: Self.everything, issuer: try Court.issuer(), chain: id, policy: view.policy,
            at: now
        ).json.canonical
        let hash = try ChainHash(ofLink: document, hashing: FakeDigests())
        _ = try store(hash, document, after: nil)
        return StoredLink(number: links, hash: hash, document: document)
    }

    private mutating func store(
        _ hash: ChainHash, _ document: [UInt8], after earlier: DelegationChain?
    ) throws -> DelegationChain {
        links += 1
        let link = StoredLink(number: links, hash: hash, document: document)
        guard let chain = DelegationChain(link, after: earlier, hashing: FakeDigests()) else { throw Misarranged() }
        view.chains.append(chain)
        return chain
    }
}

extension Relay {
    var service: TokenService {
        get throws {
            TokenService(
                issuer: try Court.issuer(), digests: FakeDigests(), verifier: tokens, random: random, quotas: quotas,
                paces: FakePaces())
        }
    }

    func judge(_ request: TokenRequest) throws -> Judgement {
        try service.judge(.token(request), in: view, at: now)
    }

    func refusal(_ request: TokenRequest) throws -> Refusal? { try judge(request).refusal }

    /// Judges the request, which must be granted, and keeps what came of it; answers the token.
    mutating func take(_ request: TokenRequest) throws -> String {
        try keep(try judge(request).issued(), for: request)
    }

    mutating func keep(_ issuance: Issuance, for request: TokenRequest) throws -> String {
        if case .issuance(_, let writes) = issuance.entry.effect {
            var last = view.chains.first { $0.summary.links.last == writes.parent }
            for link in writes.links { last = try store(link.hash, link.document, after: last) }
            if let task = writes.task { view.tasks.append(task) }
            if let used = writes.used { view.usedTokens.insert(used) }
            if let retry = writes.retry {
                view.retries["\(retry.client) \(retry.key.text)"] = IssuedBefore(
                    body: retry.key.body, claims: retry.claims)
            }
        }
        guard
            let token = OwnToken(
                type: issuance.type, key: issuance.key, claims: try JSONValue(strict: issuance.claims))
        else { throw Misarranged() }
        tokens.own[token.id] = token
        return token.id
    }

    /// Bob starts a chain for `agent-1`, and each agent hands it on to the next, a second apart; answers the delegation
    /// token of each.
    mutating func chain(of depth: Int, scope: ScopeSet = "ec2:Describe*") throws -> [String] {
        var all = [try take(.start(to: "agent-1", target: Self.both, scope: scope))]
        for number in stride(from: 2, through: depth, by: 1) {
            now = now.advanced(bySeconds: 1)
            all.append(
                try take(
                    .handOver(
                        all[number - 2], by: "agent-\(number - 1)", to: "agent-\(number)", target: Self.both,
                        scope: scope)))
        }
        return all
    }

    /// An access token of `agent-1` for the resource server `agent-9`, under the chain of a delegation token.
    mutating func presented(under token: String, scope: ScopeSet = "ec2:DescribeVpcs") throws -> String {
        try take(.redeem(token, by: "agent-1", target: [.audience("agent-9")], scope: scope))
    }

    /// The chain that a token commits to.
    func chain(behind token: String) throws -> DelegationChain {
        let hash = tokens.own[token]?.chain
        guard let chain = view.chains.first(where: { $0.summary.hash == hash }) else { throw Misarranged() }
        return chain
    }
}

extension TokenRequest {
    static func start(
        by client: String = "portal", to actor: String? = "agent-1", token: String = "bob",
        kind: PresentedToken.Kind = .idToken, wanted: Wanted = .delegation,
        target: [Target] = [.audience("cloud-inventory-api")], scope: ScopeSet? = "ec2:Describe*",
        task: TaskID? = Relay.task, lifetime: Int64? = nil
    ) -> TokenRequest {
        exchange(
            PresentedToken(text: Array(token.utf8), type: kind), by: client, to: actor, wanted: wanted, target: target,
            scope: scope, task: task, lifetime: lifetime)
    }

    static func handOver(
        _ token: String, by client: String, to actor: String?, target: [Target] = [.audience("cloud-inventory-api")],
        scope: ScopeSet? = "ec2:Describe*", task: TaskID? = nil, lifetime: Int64? = nil, retry: RetryKey? = nil
    ) -> TokenRequest {
        exchange(
            PresentedToken(text: Array(token.utf8), type: .delegation), by: client, to: actor, wanted: .delegation,
            target: target, scope: scope, task: task, lifetime: lifetime, retry: retry)
    }

    static func redeem(
        _ token: String, by client: String, kind: PresentedToken.Kind = .delegation, to actor: String? = nil,
        target: [Target] = [.audience("cloud-inventory-api")], scope: ScopeSet? = "ec2:DescribeVpcs",
        task: TaskID? = nil, lifetime: Int64? = nil, actorToken: PresentedToken? = nil, retry: RetryKey? = nil
    ) -> TokenRequest {
        exchange(
            PresentedToken(text: Array(token.utf8), type: kind), by: client, to: actor, wanted: .accessToken,
            target: target, scope: scope, task: task, lifetime: lifetime, actorToken: actorToken, retry: retry)
    }

    static func passOn(
        _ token: String, by client: String = "agent-9", to actor: String? = nil, wanted: Wanted = .accessToken,
        target: [Target] = [.audience("cloud-inventory-api")], scope: ScopeSet? = "ec2:DescribeVpcs",
        task: TaskID? = nil,
        lifetime: Int64? = nil
    ) -> TokenRequest {
        exchange(
            PresentedToken(text: Array(token.utf8), type: .accessToken), by: client, to: actor, wanted: wanted,
            target: target, scope: scope, task: task, lifetime: lifetime)
    }

    /// An agent acting for itself.
    static func own(
        by client: String, to actor: String? = nil, wanted: Wanted = .delegation,
        target: [Target] = [.audience("cloud-inventory-api")], scope: ScopeSet? = "ec2:Describe*",
        task: TaskID? = nil, purpose: TaskPurpose? = nil, lifetime: Int64? = nil, retry: RetryKey? = nil
    ) -> TokenRequest {
        TokenRequest(
            credential: credential(of: client), grant: .clientCredentials, wanted: wanted, targets: target,
            scope: scope.map { .scopes($0) } ?? .absent, task: task, purpose: purpose,
            requestedActor: actor.map { AgentID(checked: $0) }, lifetime: lifetime, retry: retry, address: "192.0.2.7")
    }

    static func exchange(
        _ subject: PresentedToken, by client: String, to actor: String?, wanted: Wanted, target: [Target],
        scope: ScopeSet?, task: TaskID?, lifetime: Int64?, actorToken: PresentedToken? = nil, retry: RetryKey? = nil
    ) -> TokenRequest {
        TokenRequest(
            credential: credential(of: client),
            grant: .tokenExchange(TokenExchange(subject: subject, actor: actorToken)), wanted: wanted, targets: target,
            scope: scope.map { .scopes($0) } ?? .absent, task: task, requestedActor: actor.map { AgentID(checked: $0) },
            lifetime: lifetime, retry: retry, address: "192.0.2.7")
    }

    static func credential(of client: String) -> ClientCredential {
        .secret(client: AgentID(checked: client), secret: Court.secret, method: .basic)
    }
}

extension OwnToken {
    /// The claims, in canonical order.
    var members: [JSONMember] {
        get throws { try #require(try JSONValue(strict: claims).members) }
    }
}
