import MandateCore
import MandateVerifier
import Testing

@Suite("An access token with the claims of RFC 8693")
struct ExchangedTokenTests {
    let relay = Relay.story
    let tokens: SignedTokens

    init() throws {
        tokens = try SignedTokens()
    }

    private func reason(_ claims: JSONValue, chain: [JSONValue]? = nil) throws -> String? {
        do {
            let token = try tokens.verify(claims)
            try chain.map { try ChainProof(links: .array($0)) }?.prove(token)
            return nil
        } catch let failure as VerificationFailure {
            return failure.reason
        }
    }

    @Test("has the person as its subject and names every actor, the last one first")
    func accepts() throws {
        let links = try relay.links()
        let token = try tokens.verify(relay.exchanged(["delegation_chain": .array(links)]))
        #expect(token.subject == "alice@example.com")
        #expect(token.agent.rawValue == "inventory-001")
        #expect(token.actors.map(\.rawValue) == ["inventory-001", "collector-001", "planner-001"])
        #expect(try reason(relay.exchanged(), chain: links) == nil)
    }

    @Test("names one actor when the person's own delegate acts")
    func acceptsOne() throws {
        let relay = Relay(agents: ["inventory-001"])
        #expect(try reason(relay.exchanged(), chain: relay.links()) == nil)
    }

    @Test(
        "is refused when its actors are not what they must be",
        arguments: [
            nil, .null, [:], "inventory-001", ["inventory-001"], ["sub": 7], ["sub": "two words"],
            ["act": ["sub": "inventory-001"]], Relay.act(["inventory-001"]),
            Relay.act(["inventory-001", "collector-001"]),
            Relay.act(["planner-001", "collector-001", "inventory-001"]),
            Relay.act(["inventory-001", "planner-001", "planner-001"]),
            Relay.act(["inventory-001", "collector-001", "planner-001", "root-001"]),
            ["sub": "inventory-001", "iss": "https://b.example.com"],
            ["sub": "inventory-001", "act": .null],
        ] as [JSONValue?])
    func refusesActors(act: JSONValue?) throws {
        #expect(try reason(relay.exchanged(["act": act])) == "malformed")
    }

    @Test(
        "is refused when its subject is not the principal",
        arguments: ["inventory-001", "planner-001", "mallory@example.com"] as [JSONValue])
    func refusesSubjects(subject: JSONValue) throws {
        #expect(try reason(relay.exchanged(["sub": subject])) == "malformed")
    }

    @Test("is refused when its chain says that others acted, or in another order")
    func refusesChains() throws {
        let links = try relay.links()
        for actors in [
            ["inventory-001", "planner-001", "collector-001"], ["inventory-001", "billing-001", "planner-001"],
        ] {
            let claims = try relay.exchanged(["act": Relay.act(actors)])
            #expect(try reason(claims) == nil)
            #expect(try reason(claims, chain: links) == "chain_mismatch")
            let carrying = try relay.exchanged(["act": Relay.act(actors), "delegation_chain": .array(links)])
            #expect(try reason(carrying) == "chain_mismatch")
        }
    }
}
