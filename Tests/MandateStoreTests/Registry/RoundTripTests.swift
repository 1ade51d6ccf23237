import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("The registry")
struct RoundTripTests {
    let place: Place
    let store: Store

    init() throws {
        place = try Place()
        store = try place.open()
    }

    static let fullType = AgentType(
        id: AgentTypeID(checked: "full"), capabilities: Sample.authority,
        delegation: DelegationConstraints(
            to: [Label(checked: "b"), Label(checked: "a")], maxChainDepth: 32, maxClass: .admin,
            approvalFor: [.write, .delete]), status: .suspended, quotas: quotas)
    static let bareType = AgentType(id: AgentTypeID(checked: "bare"))

    static let quotas = Quotas([
        .init(audience: Sample.inventory, quota: Quota(tokens: 1_000_000, period: 86_400, burst: 1)!),
        .init(audience: AudienceID(checked: "https://api.example:8443/v1"), quota: Quota(tokens: 1, period: 1)!),
    ])!

    static let own = Authority([
        .init(audience: Sample.inventory, scopes: Sample.scopes("ec2:*", "s3:ListBuckets")),
        .init(audience: AudienceID(checked: "https://api.example:8443/v1"), scopes: Sample.scopes("a")),
    ])!

    static let descriptions = [
        "", "\u{0}", "a\u{0}b\u{0}", "Grüße, 世界 👩🏽‍🚀", "e\u{301} is not \u{e9}", "\"\\\u{1}\u{7f}\u{2028}\u{feff}\n\r\t",
        "'); DROP TABLE agent; --", String(repeating: "long ", count: 20_000),
    ]

    private static func fullAgent(_ description: String, _ status: AgentStatus = .active) -> Agent {
        func label(_ text: String) -> Label { Label(checked: text) }
        return Agent(
            id: Sample.reader, type: fullType.id, owner: label("alice@company.com"), version: label("v2.4.1"),
            model: label("claude-opus-4"), deployment: label("kubernetes/prod/ns"), team: label("platform"),
            environment: label("production"), description: description, status: status, ownCapabilities: own,
            ownDelegation: DelegationConstraints(to: [], maxChainDepth: 1, maxClass: .read), grants: [.tokenExchange],
            mayStartChains: true, mayReportRisk: true, expiresAt: Instant(milliseconds: 253_402_300_799_999),
            quotas: quotas)
    }

    @Test("gives back an agent with every member set", arguments: descriptions)
    func fullAgent(description: String) async throws {
        let agent = Self.fullAgent(description)
        try await store.change { (editor) throws(Problem) in
            try editor.save(Self.fullType)
            try editor.save(agent)
            try editor.link(agent, capabilities: Self.own)
        }
        let entry = try #require(try store.entry(agent.id))
        #expect(entry.agent == agent && entry.type == Self.fullType)
        #expect(entry.agent.description.map { Array($0.utf8) } == Array(description.utf8))
        #expect(entry.createdAt == place.clock.now && entry.lastActiveAt == nil && entry.secrets == [])
        let registration = try #require(try store.registration(of: agent.id))
        #expect(registration.agent == agent && registration.type == Self.fullType)
        #expect(registration.link.hash == entry.link)
    }

    @Test("gives back an agent with nothing set, also where something was")
    func bareAgent() async throws {
        let bare = Agent(
            id: Sample.reader, type: Self.bareType.id, owner: Label(checked: "o"), grants: [], mayStartChains: false)
        try await store.change { (editor) throws(Problem) in
            try editor.save(Self.fullType)
            try editor.save(Self.bareType)
            try editor.save(Self.fullAgent("x", .decommissioned))
            try editor.save(bare)
        }
        #expect(
            try store.entry(bare.id)
                == AgentEntry(
                    agent: bare, type: Self.bareType, link: nil, createdAt: place.clock.now, lastActiveAt: nil,
                    secrets: []))
        #expect(try store.registration(of: bare.id) == nil)
    }

    @Test("gives back types, with everything and with nothing set")
    func types() async throws {
        try await store.change { (editor) throws(Problem) in
            try editor.save(Self.fullType)
            try editor.save(Self.bareType)
        }
        try store.reading { (registry) throws(Problem) in
            #expect(try registry.types() == [Self.bareType, Self.fullType])
            #expect(try registry.type(Self.fullType.id) == Self.fullType)
            #expect(try registry.type(AgentTypeID(checked: "none")) == nil)
        }
        let emptied = AgentType(id: Self.fullType.id)
        try await store.change { (editor) throws(Problem) in
            try editor.save(emptied)
            try editor.remove(Self.bareType.id)
        }
        try store.reading { (registry) throws(Problem) in #expect(try registry.types() == [emptied]) }
    }

    @Test("gives back audiences, with everything and with nothing set, by id and by resource")
    func audiences() async throws {
        let full = Audience(
            id: AudienceID(checked: "https://api.example:8443/v1"),
            resource: ResourceURI("https://api.example/?q='x'"),
            catalogue: Catalogue([
                .init(name: "a:*", scopeClass: .admin, sensitivity: Label(checked: "secret")),
                .init(name: "b:'c", scopeClass: .delete),
            ])!,
            defaultScopes: Sample.scopes("a:b", "b:'c"), maxLifetime: 1, environment: Label(checked: "staging"),
            claims: .rfc8693, algorithm: .eddsa, chain: .inline, namespace: "https://claims.example/\u{0}ü",
            requiresTask: true, status: .suspended, quota: Quota(tokens: 3, period: 60, burst: 2))
        let bare = Sample.audience("bare")
        try await store.change { (editor) throws(Problem) in
            try editor.save(full)
            try editor.save(bare)
        }
        try store.reading { (registry) throws(Problem) in
            #expect(try registry.audiences() == [bare, full])
            #expect(try registry.audience(full.id) == full)
        }
        let connection = try store.registry()
        func asked() throws -> [Audience?] {
            try connection.reading { view in
                [
                    try? view.audience(full.id), try? view.audience(bare.id),
                    full.resource.flatMap { try? view.audience(at: $0) },
                ]
            }
        }
        #expect(try asked() == [full, bare, full])
        #expect(try asked() == [full, bare, full])
        try await store.change { (editor) throws(Problem) in try editor.remove(full.id) }
        #expect(try asked() == [nil, bare, nil])
    }

    @Test("gives back keys in every state, and shows verifiers only what they must find")
    func keys() async throws {
        let now = place.clock.now
        var entries = zip("abcde", KeyState.allCases).enumerated().map { index, pair in
            Sample.key(String(pair.0), pair.1, at: now.advanced(bySeconds: Int64(index)))
        }
        entries[2].activatedAt = Instant(milliseconds: 1)
        entries[2].retiredAt = now
        try await store.change { [entries] (editor) throws(Problem) in
            for entry in entries.reversed() { try editor.save(entry) }
        }
        let known = entries.filter { $0.state != .gone }
        let published = entries.filter { $0.state.isPublished }.map(\.publicKey)
        let active = entries[1].id
        try store.reading { (registry) throws(Problem) in #expect(try registry.keys() == known) }
        try store.registry().reading { view in
            #expect((try? view.publishedKeys()) == published)
            #expect((try? view.activeKey(for: .es256)) == active)
            #expect((try? view.activeKey(for: .eddsa)) == .some(nil))
        }
        entries[1].state = .revoked
        try await store.change { [entries] (editor) throws(Problem) in try editor.save(entries[1]) }
        try store.registry().reading { view in #expect((try? view.activeKey(for: .es256)) == .some(nil)) }
    }

    @Test("lists agents in byte order, filtered, page by page")
    func pages() async throws {
        let ids = ["B", "a", "a.b", "a_b", "~", "0"].map { AgentID(checked: $0) }
        let agents = ids.map { Sample.agent($0, status: $0.rawValue == "B" ? .suspended : .active) }
        try await store.register(agents)
        func listed(_ filter: AgentFilter) throws -> [AgentID] {
            try store.reading { (registry) throws(Problem) in try registry.agents(filter) }.entries.map(\.agent.id)
        }
        #expect(try listed(AgentFilter()) == ids.sorted())
        #expect(try listed(AgentFilter(limit: 2)) == Array(ids.sorted().prefix(2)))
        #expect(try listed(AgentFilter(after: ids[1], limit: 2)) == [AgentID(checked: "a.b"), AgentID(checked: "a_b")])
        #expect(try listed(AgentFilter(status: .suspended)) == [AgentID(checked: "B")])
        #expect(try listed(AgentFilter(owner: Label(checked: "bob"))) == [])
        #expect(try listed(AgentFilter(type: AgentTypeID(checked: "other"))) == [])
    }
}
