import MandateCore
import MandateJOSE
import MandateVerifier
import Testing

@Suite("A chain of many links")
struct RelayTests {
    let relay = Relay.story

    private func reason(_ links: [JSONValue]) -> String? {
        do throws(ChainFailure) {
            _ = try ChainProof(links: .array(links))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("from a person proves the token of its last agent")
    func proves() throws {
        let links = try relay.links()
        let token = try SignedTokens().verify(relay.claims())
        let proof = try ChainProof(document: (["links": .array(links)] as JSONValue).canonical)
        try proof.prove(token)
        #expect(proof.links.map(\.delegate.rawValue) == relay.agents)
        #expect(proof.links.map(\.principal) == [Relay.person, Relay.person, Relay.person])
        #expect(proof.links.map(\.json.canonical) == links.map(\.canonical))
        #expect(proof.links.map(\.birth).last == Instant(milliseconds: SignedTokens.now.milliseconds - 1000))
    }

    @Test("may be as long as any chain, and no longer")
    func lengths() throws {
        let agents = (1...33).map { "agent-\($0)" }
        #expect(try reason(Relay(agents: Array(agents.prefix(32))).links()) == nil)
        #expect(try reason(Relay(agents: agents).links()) == "chain_malformed")
    }

    @Test("that starts from a registration may be for one task from the first hand-over on")
    func registration() throws {
        let root: [String: JSONValue] = [
            "jti": .null, "exp": .null, "task": .null, "principal": ["owner": "alice@example.com"],
        ]
        let owner: [String: JSONValue] = ["principal": ["owner": "alice@example.com"]]
        #expect(try reason(relay.links([1: root, 2: owner, 3: owner])) == nil)
        let other = owner.merging(["task": "INC-1"]) { _, new in new }
        #expect(try reason(relay.links([1: root, 2: owner, 3: other])) == "chain_broken")
        let none = owner.merging(["task": .null]) { _, new in new }
        #expect(try reason(relay.links([1: root, 2: owner, 3: none])) == "chain_broken")
    }

    @Test(
        "is refused when its root is no start",
        arguments: [
            (["jti": .null, "exp": .null], "chain_broken"),
            (["jti": .null, "exp": .null, "task": .null], "chain_broken"),
            (["jti": .null, "exp": .null, "principal": ["owner": "alice@example.com"]], "chain_broken"),
            (["jti": .null], "chain_malformed"), (["exp": .null], "chain_malformed"),
            (["parent": .string("sha256:" + String(repeating: "a", count: 64))], "chain_broken"),
            (["principal": ["owner": "mallory@example.com"]], "chain_broken"),
            (["principal": ["iss": "https://idp.example.com"]], "chain_malformed"),
            (["principal": ["iss": "https://idp.example.com", "sub": ""]], "chain_malformed"),
            (["principal": ["iss": "https://idp.example.com", "sub": "00u1", "owner": "alice"]], "chain_malformed"),
            (["depth": 0], "chain_broken"), (["depth": 2], "chain_broken"),
            (["jti": "00000000-0000-4000-8000-000000000000"], "chain_malformed"), (["jti": "one"], "chain_malformed"),
        ] as [([String: JSONValue], String)])
    func refusesRoots(changes: [String: JSONValue], reason: String) throws {
        #expect(try self.reason(relay.links([1: changes])) == reason)
    }

    @Test(
        "is refused when its last link is not what the ones before allow",
        arguments: [
            (["chain": "BBBBBBBBBBBBBBBBBBBBBB"], "chain_broken"), (["iss": "https://b.example.com"], "chain_broken"),
            (["principal": ["iss": "https://idp.example.com", "sub": "00u2"]], "chain_broken"),
            (["principal": ["iss": "https://b.example.com", "sub": "00u1"]], "chain_broken"),
            (["principal": ["owner": "alice@example.com"]], "chain_broken"), (["task": "INC-1"], "chain_broken"),
            (["task": .null], "chain_broken"), (["delegator": "planner-001"], "chain_broken"),
            (["delegator": "alice@example.com"], "chain_broken"), (["delegate": "planner-001"], "chain_broken"),
            (["delegate": "collector-001"], "chain_broken"), (["depth": 2], "chain_broken"),
            (["depth": 4], "chain_broken"), (["parent": .null], "chain_broken"),
            (["authority": ["cloud-inventory-api": ["ec2:*"]]], "chain_widened"),
            (["authority": ["billing-api": ["ec2:DescribeInstances"]]], "chain_widened"),
            (["exp": .integer(1_800_000_801)], "chain_outlived"), (["exp": .null], "chain_malformed"),
        ] as [([String: JSONValue], String)])
    func refusesLast(changes: [String: JSONValue], reason: String) throws {
        #expect(try self.reason(relay.links([3: changes])) == reason)
    }

    @Test("may shrink at each link and never grow back")
    func shrinks() throws {
        let narrow: [String: JSONValue] = ["authority": ["cloud-inventory-api": ["ec2:DescribeInstances"]]]
        let soon: [String: JSONValue] = ["exp": .integer(1_800_000_700)]
        #expect(try reason(relay.links([2: narrow, 3: narrow])) == nil)
        #expect(try reason(relay.links([2: narrow])) == "chain_widened")
        #expect(try reason(relay.links([2: soon, 3: soon])) == nil)
        #expect(try reason(relay.links([2: soon])) == "chain_outlived")
    }

    @Test("is refused when links are cut out, swapped, repeated or spliced in from another chain")
    func refusesSplices() throws {
        let links = try relay.links()
        let other = try relay.links([1: ["chain": "BBBBBBBBBBBBBBBBBBBBBB"], 2: ["chain": "BBBBBBBBBBBBBBBBBBBBBB"]])
        let sister = try relay.links([2: ["authority": ["reports-api": ["reports:read"]]]])
        let orders: [[JSONValue]] = [
            [links[0], links[2]], [links[1], links[2]], [links[0], links[2], links[1]], [links[2], links[1], links[0]],
            [links[0], links[1], links[1], links[2]], [other[0], links[1], links[2]], [links[0], other[1], links[2]],
            [links[0], sister[1], links[2]],
        ]
        for wrong in orders { #expect(reason(wrong) == "chain_broken") }
    }

    @Test("that is sound but another one proves nothing")
    func refusesOthers() throws {
        let token = try SignedTokens().verify(relay.claims())
        let others = [
            try relay.links([3: ["policy": "sha256:01"]]), try relay.links([1: ["iat": 1]]),
            try relay.links().dropLast(1),
            try Relay(agents: ["inventory-001"]).links(), [SignedTokens.registration],
        ]
        for links in others {
            let proof = try ChainProof(links: .array(links))
            #expect(throws: VerificationFailure.chain(.mismatch)) { try proof.prove(token) }
        }
    }

    @Test("whose delegate must prove a key proves no bearer token")
    func refusesBound() throws {
        let links = try relay.links([3: ["cnf": "thumbprint"]])
        let token = try SignedTokens().verify(relay.claims(links: links))
        let proof = try ChainProof(links: .array(links))
        #expect(throws: VerificationFailure.proofRequired) { try proof.prove(token) }
    }
}
