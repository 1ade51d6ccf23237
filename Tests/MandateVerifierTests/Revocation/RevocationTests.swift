import MandateCore
import MandateVerifier
import Testing

@Suite("A token that its issuer took back")
struct RevocationTests {
    let relay = Relay.story
    let tokens: SignedTokens

    init() throws {
        tokens = try SignedTokens()
    }

    /// What becomes of the last agent's token under a list with these members.
    private func failure(
        _ members: [String: JSONValue?], claims: JSONValue? = nil, chain: [JSONValue]? = nil,
        at now: Instant = SignedTokens.now
    ) throws -> VerificationFailure? {
        let list = try tokens.list(SignedTokens.revocations(members))
        let token = try tokens.token(claims ?? relay.claims())
        let proof = try chain.map { try ChainProof(links: .array($0)) }
        do {
            _ = try tokens.verifier.verify(token, at: now, revocations: list, chain: proof)
            return nil
        } catch let failure as VerificationFailure {
            return failure
        }
    }

    /// A moment for a list, in milliseconds from now.
    private func moment(_ milliseconds: Int64) -> JSONValue {
        .integer(SignedTokens.now.milliseconds + milliseconds)
    }

    @Test("is refused with one stable reason, whatever the cause")
    func reasons() throws {
        let hash = JSONValue.string(try SignedTokens.hash(of: relay.links()[2]))
        let lists: [[String: JSONValue]] = [
            ["tokens": [.string(try SignedTokens.id(bornIn: 0))]], ["chains": [hash]], ["tasks": ["INC-4711"]],
            ["principals": ["alice@example.com"]], ["agents": ["inventory-001": moment(0)]],
            ["agent_types": ["inventory-reader": moment(0)]],
        ]
        for members in lists { #expect(try failure(members)?.reason == "token_revoked", "\(members)") }
    }

    @Test("passes a list that takes back something else")
    func others() throws {
        let others: [String: JSONValue] = [
            "tokens": [.string(try SignedTokens.id(bornIn: 1))], "chains": [.string(try SignedTokens.hash(of: 1))],
            "tasks": ["INC-1", "inc-4711"], "principals": ["mallory@example.com", "inventory-001"],
            "agents": ["billing-001": moment(9000)], "agent_types": ["orchestrator": moment(9000)],
            "keys": ["another"],
        ]
        #expect(try failure(others) == nil)
        #expect(try failure(others, chain: relay.links()) == nil)
        #expect(try failure([:]) == nil)
    }

    @Test("dies with an agent when it was born at or before the cut, to the millisecond")
    func births() throws {
        for (kind, name) in [("agents", "inventory-001"), ("agent_types", "inventory-reader")] {
            #expect(try failure([kind: .object([.init(name: name, value: moment(0))])])?.reason == "token_revoked")
            #expect(try failure([kind: .object([.init(name: name, value: moment(-1))])]) == nil)
        }
    }

    @Test("dies with what passed through an agent before the cut, however late the token was born")
    func passages() throws {
        let links = try relay.links()
        for (index, agent) in relay.agents.enumerated() {
            let birth = relay.birth(ofLinkAt: index + 1)
            let cut = try failure(["agents": .object([.init(name: agent, value: moment(birth))])], chain: links)
            #expect(try cut == .revoked(.agent(SignedTokens.require(AgentID(agent)))))
            let earlier = JSONValue.object([.init(name: agent, value: moment(birth - 1))])
            #expect(try failure(["agents": earlier], chain: links) == nil)
            let carrying = try relay.claims(["delegation_chain": .array(links)])
            #expect(
                try failure(["agents": .object([.init(name: agent, value: moment(birth))])], claims: carrying) == cut)
        }
        let type: [String: JSONValue] = ["agent_types": ["inventory-reader": moment(-1000)]]
        #expect(try failure(type) == nil)
        #expect(try failure(type, chain: links)?.reason == "token_revoked")
    }

    @Test("dies with a registered agent by what was made of its authority first")
    func registrations() throws {
        let owner: JSONValue = ["owner": "alice@example.com"]
        let root: [String: JSONValue] = ["jti": .null, "exp": .null, "task": .null, "principal": owner]
        let links = try relay.links([1: root, 2: ["principal": owner], 3: ["principal": owner]])
        let claims = try relay.claims(links: links)
        let second = relay.birth(ofLinkAt: 2)
        let cut = ["agents": JSONValue.object([.init(name: "planner-001", value: moment(second))])]
        #expect(try failure(cut, claims: claims, chain: links)?.reason == "token_revoked")
        let earlier = ["agents": JSONValue.object([.init(name: "planner-001", value: moment(second - 1))])]
        #expect(try failure(earlier, claims: claims, chain: links) == nil)
    }

    @Test("dies with any link behind it that is listed, where the links are known")
    func chains() throws {
        let links = try relay.links()
        for link in links.dropLast() {
            let list = ["chains": JSONValue.array([.string(try SignedTokens.hash(of: link))])]
            #expect(try failure(list) == nil)
            #expect(try failure(list, chain: links)?.reason == "token_revoked")
        }
    }

    @Test("dies with the key that signed it")
    func keys() throws {
        let other = try SignedTokens()
        let both = AccessTokenVerifier(
            issuer: try SignedTokens.require(Issuer(SignedTokens.issuer)),
            audience: try SignedTokens.require(AudienceID(SignedTokens.audience)),
            keys: try .init([tokens.key.publicKey, other.key.publicKey]))
        let list = try other.list(SignedTokens.revocations(["keys": [.string(tokens.key.publicKey.thumbprint)]]))
        let dead = try tokens.token(relay.claims())
        #expect(throws: VerificationFailure.revoked(.key)) {
            try both.verify(dead, at: SignedTokens.now, revocations: list)
        }
        _ = try both.verify(other.token(relay.claims()), at: SignedTokens.now, revocations: list)
        _ = try both.verify(dead, at: SignedTokens.now)
    }

    @Test("is refused, as every other, once the list says nothing any more")
    func stale() throws {
        let old: [String: JSONValue] = ["iat": .integer(SignedTokens.now.seconds - 3590)]
        let end: [String: JSONValue] = ["exp": .integer(SignedTokens.now.seconds + 10)]
        let members = old.merging(end) { _, new in new }
        #expect(try failure(members, at: SignedTokens.now.advanced(bySeconds: 9)) == nil)
        #expect(try failure(members, at: SignedTokens.now.advanced(bySeconds: 10)) == .staleRevocations)
    }

    @Test("is refused when the chain that is given is not its own")
    func foreignChains() throws {
        #expect(try failure([:], chain: [SignedTokens.registration]) == .chain(.mismatch))
    }

    @Test("is refused for its own faults first")
    func order() throws {
        let end = SignedTokens.now.advanced(bySeconds: 600)
        #expect(try failure(["tasks": ["INC-4711"]], at: end) == .expired)
    }
}
