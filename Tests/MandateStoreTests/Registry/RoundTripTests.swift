import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("What is stored")
struct RoundTripTests {
    private let directory: DataDirectory
    private let store: Store

    init() throws {
        directory = try DataDirectory()
        store = try directory.open()
    }

    private static let delegation = DelegationConstraints(
        to: [Label(checked: "report-writer"), Label(checked: "a*")], maxChainDepth: 32, maxClass: .delete,
        approvalFor: [.write, .delete])

    private static let fullAgent = Agent(
        id: AgentID(checked: "A.b_c~d-1"), type: AgentTypeID(checked: "full"), owner: Label(checked: "o\"'%_\\"),
        version: Label(checked: "2.1.0"), model: Label(checked: "m"), deployment: Label(checked: "eu-1"),
        team: Label(checked: "'; DROP TABLE agent; --".replacing(" ", with: "_")), environment: Label(checked: "prod"),
        description: "NUL \u{0}, quote \", é, 🙂, \u{10FFFF}", status: .suspended,
        ownCapabilities: ["b": "x:*", "https://a.example": "a:b* c"], ownDelegation: delegation,
        grants: [.tokenExchange], mayStartChains: true, expiresAt: Instant(milliseconds: 1_900_000_000_123))

    private static let fullType = AgentType(
        id: AgentTypeID(checked: "full"), capabilities: ["b": "x:*"], delegation: delegation, status: .suspended)

    private static func audience(full: Bool) throws -> Audience {
        let entries = [
            Catalogue.Entry(name: "ec2:Describe*", scopeClass: .read, sensitivity: Label(checked: "low")),
            Catalogue.Entry(name: "ec2:*", scopeClass: .admin),
        ]
        let catalogue = try #require(Catalogue(entries))
        guard full else { return Audience(id: AudienceID(checked: "bare"), catalogue: catalogue) }
        return Audience(
            id: AudienceID(checked: "https://api.example/v1"), resource: ResourceURI("https://api.example/v1?x=%41"),
            catalogue: catalogue, defaultScopes: "ec2:DescribeVpcs ec2:a", maxLifetime: 300,
            environment: Label(checked: "prod"), claims: .rfc8693, algorithm: .eddsa, chain: .inline,
            namespace: "https://company.com/", requiresTask: true, status: .suspended)
    }

    private func key(_ letter: String, _ state: KeyState) -> KeyEntry {
        KeyEntry(
            id: KeyID(checked: String(repeating: letter, count: 43)), algorithm: .es256, state: state,
            createdAt: .eightOClock, activatedAt: state == .next ? nil : Instant(milliseconds: 1),
            retiredAt: state == .retiring ? Instant(milliseconds: 2) : nil, publicKey: ["kid": .string(letter)])
    }

    private func asked<Answer>(
        _ question: (any RegistryView) throws(Refusal) -> Answer
    ) throws -> Answer {
        try store.registry().reading { view in Result { () throws(Refusal) in try question(view) } }.get()
    }

    @Test("of an agent and its type is what was saved, for operators and for issuance")
    func agents() async throws {
        let bare = Agent(id: AgentID(checked: "bare"), type: AgentTypeID(checked: "bare"), owner: Label(checked: "o"))
        let bareType = AgentType(id: bare.type)
        try await store.changing { (editor) throws(Problem) in
            try editor.save(Self.fullType)
            try editor.save(bareType)
            try editor.save(Self.fullAgent)
            try editor.save(bare)
            try editor.link(Self.fullAgent, capabilities: Self.fullAgent.ownCapabilities ?? Registered.capabilities)
        }
        let registration = try #require(try store.registration(of: Self.fullAgent.id))
        #expect(registration.agent == Self.fullAgent && registration.type == Self.fullType)
        #expect(try ChainHash(ofLink: registration.link.document, hashing: OpenSSLDigests()) == registration.link.hash)
        let entries = try store.reading { (reader) throws(Problem) in try reader.agents(AgentFilter()) }
        let expected = [
            AgentEntry(
                agent: Self.fullAgent, type: Self.fullType, link: registration.link.hash, createdAt: .eightOClock,
                lastActiveAt: nil, secrets: []),
            AgentEntry(
                agent: bare, type: bareType, link: nil, createdAt: .eightOClock, lastActiveAt: nil, secrets: []),
        ]
        #expect(entries == expected)
        #expect(try store.registration(of: bare.id) == nil)
        #expect(try store.reading { (reader) throws(Problem) in try reader.types() } == [bareType, Self.fullType])
    }

    @Test("of an audience is what was saved, by id and by URI", arguments: [true, false])
    func audiences(full: Bool) async throws {
        let audience = try Self.audience(full: full)
        try await store.changing { (editor) throws(Problem) in try editor.save(audience) }
        #expect(try asked { view throws(Refusal) in try view.audience(audience.id) } == audience)
        #expect(try store.reading { (reader) throws(Problem) in try reader.audience(audience.id) } == audience)
        if let resource = audience.resource {
            #expect(try asked { view throws(Refusal) in try view.audience(at: resource) } == audience)
        }
        #expect(try asked { view throws(Refusal) in try view.audience(AudienceID(checked: "nowhere")) } == nil)
    }

    @Test("of keys is what was saved; only published ones are shown, and only the active one signs")
    func keys() async throws {
        let keys = [key("n", .next), key("r", .retiring), key("v", .revoked), key("g", .gone)]
        try await store.changing { (editor) throws(Problem) in for key in keys { try editor.save(key) } }
        #expect(try asked { view throws(Refusal) in try view.activeKey(for: .es256) } == nil)
        var promoted = keys[0]
        promoted.state = .active
        promoted.activatedAt = .eightOClock
        try await store.changing { [promoted] (editor) throws(Problem) in try editor.save(promoted) }
        #expect(try store.reading { (reader) throws(Problem) in try reader.keys() } == [promoted, keys[1], keys[2]])
        #expect(try asked { view throws(Refusal) in try view.activeKey(for: .es256) } == promoted.id)
        #expect(try asked { view throws(Refusal) in try view.activeKey(for: .rs256) } == nil)
        #expect(Set(try asked { view throws(Refusal) in try view.publishedKeys() }) == [["kid": "n"], ["kid": "r"]])
    }

    @Test("and no longer readable is refused, never guessed")
    func unreadable() async throws {
        try await store.register()
        for change in [
            "UPDATE agent SET status = 'great'", "UPDATE agent SET status = 'active', definition = '{}'",
            "UPDATE agent SET definition = '{\"grants\":[\"all\"],\"may_start_chains\":true}'",
        ] {
            try directory.tamper(change)
            #expect(throws: Refusal.unavailable(.registry)) { try store.registration() }
        }
    }

    @Test("as a link is hashed with SHA-256")
    func linkHash() throws {
        let document =
            #"{"approval":null,"authority":{"billing-api":["invoice:read"],"cloud-inventory-api":["ec2:Describe*","s3:ListBuckets"]},"chain":"AAECAwQFBgcICQoLDA0ODw","cnf":null,"delegate":"inventory-agent-7","delegator":"alice@company.com","depth":1,"exp":null,"iat":1800000000,"iss":"https://mandate.example","jti":null,"parent":null,"policy":"sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","principal":{"owner":"alice@company.com"},"task":null,"v":1}"#
        let hash = try ChainHash(ofLink: Array(document.utf8), hashing: OpenSSLDigests())
        #expect(hash.text == "sha256:9edbcb551c5e18b1da6e887b7d3bfe3b1f5420fa23d05e77d6d1c36f73b9e055")
    }
}
