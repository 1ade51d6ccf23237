import MandateCore
import MandateVerifier
import Testing

@Suite("A delegation token")
struct DelegationTokenTests {
    let relay = Relay.story
    let tokens: SignedTokens

    init() throws {
        tokens = try SignedTokens()
    }

    private func read(_ changes: [String: JSONValue?] = [:], type: String = "delegation+jwt") throws
        -> VerifiedDelegation
    {
        let own: [String: JSONValue?] = [
            "aud": .string(SignedTokens.issuer), "scope": nil, "permissions": nil,
            "authority": ["cloud-inventory-api": ["ec2:DescribeInstances"]], "may_act": ["sub": "inventory-001"],
        ]
        let claims = try relay.claims(own.merging(changes) { _, new in new })
        return try DelegationTokenInspector(keys: tokens.keys).read(tokens.token(claims, type: type))
    }

    @Test("yields its authority, and its chain proves it")
    func reads() throws {
        let token = try read()
        #expect(token.authority.json == ["cloud-inventory-api": ["ec2:DescribeInstances"]])
        #expect(token.agent.rawValue == "inventory-001")
        try ChainProof(links: .array(relay.links())).prove(token)
    }

    @Test("lives an hour at most")
    func lives() throws {
        let now = SignedTokens.now.seconds
        #expect(try read(["exp": .integer(now + 3600)]).expiry.seconds == now + 3600)
        #expect {
            try read(["exp": .integer(now + 3601)])
        } throws: { error in
            (error as? VerificationFailure)?.reason == "malformed"
        }
    }

    @Test(
        "is refused when a claim is not what it must be",
        arguments: [
            ("aud", "cloud-inventory-api"), ("aud", ["https://tokens.example.com"]), ("authority", nil),
            ("authority", [:]), ("authority", ["cloud-inventory-api": []]), ("authority", ["a b": ["x:y"]]),
            ("may_act", nil), ("may_act", ["sub": "planner-001"]), ("may_act", "inventory-001"),
            ("may_act", ["sub": "inventory-001", "iss": "https://b.example.com"]), ("sub", "alice@example.com"),
        ] as [(String, JSONValue?)])
    func refusesClaims(name: String, value: JSONValue?) throws {
        #expect {
            try read([name: value])
        } throws: { error in
            (error as? VerificationFailure)?.reason == "malformed"
        }
    }

    @Test("with more authority than the last link is not proven by the chain")
    func refusesExcess() throws {
        let token = try read(["authority": ["cloud-inventory-api": ["ec2:*"]]])
        let proof = try ChainProof(links: .array(relay.links()))
        #expect(throws: VerificationFailure.chain(.exceeded)) { try proof.prove(token) }
    }

    @Test("is never taken for an access token, nor the other way round")
    func keepsApart() throws {
        #expect(throws: VerificationFailure.wrongType) { try read(type: "at+jwt") }
        let token = try tokens.token(relay.claims(), type: "delegation+jwt")
        #expect(throws: VerificationFailure.wrongType) { try tokens.verifier.verify(token, at: SignedTokens.now) }
    }
}
