import MandateCore
import MandateTesting
import Testing

@Suite("A person's token")
struct PersonTests {
    private func refusal(_ changes: (String, JSONValue?)..., at now: Instant = .eightOClock) throws -> Refusal? {
        var claims = Relay.person()
        for change in changes {
            let others = (claims.members ?? []).filter { $0.name != change.0 }
            claims = .object(others + (change.1.map { [JSONMember(name: change.0, value: $0)] } ?? []))
        }
        var relay = try Relay()
        relay.now = now
        relay.arrive(token: "person", claims: claims)
        return try relay.refusal(.start(token: "person"))
    }

    private static let faults: [(String, JSONValue?)] = [
        ("exp", nil), ("exp", .null), ("exp", "1800007200"), ("exp", .number(1_800_007_200.5)),
        ("nbf", "1800000000"), ("nbf", .null), ("nbf", .number(1.5)), ("iat", "now"), ("iat", true),
        ("aud", nil), ("aud", .null), ("aud", "other"), ("aud", "Portal"), ("aud", "portal "), ("aud", []),
        ("aud", ["other"]), ("aud", ["portal", 1]), ("aud", ["portal": true]), ("aud", 1),
        ("sub", nil), ("sub", ""), ("sub", 7), ("sub", .string(String(repeating: "s", count: 257))),
        ("email", nil), ("email", ""), ("email", 7), ("email", ["bob@company.com"]), ("email", "bob company"),
        ("email", "bób@company.com"), ("email", .string(String(repeating: "b", count: 257))),
    ]

    @Test("with a claim missing, malformed or for somebody else starts nothing", arguments: faults.indices)
    func faulty(index: Int) throws {
        #expect(try refusal(Self.faults[index]) == .subjectTokenInvalid)
    }

    @Test("may be for several audiences, and needs neither nbf nor iat")
    func fine() throws {
        #expect(try refusal(("aud", ["other", "portal"])) == nil)
        #expect(try refusal(("nbf", nil), ("iat", nil)) == nil)
        #expect(try refusal(("sub", .string(String(repeating: "s", count: 256)))) == nil)
        #expect(try refusal(("email", .string(String(repeating: "b", count: 256)))) == nil)
    }

    @Test("is taken from clocks up to thirty seconds ahead, to the second", arguments: ["nbf", "iat"])
    func skewAhead(claim: String) throws {
        #expect(try refusal((claim, 1_800_000_030)) == nil)
        #expect(try refusal((claim, 1_800_000_031)) == .subjectTokenInvalid)
        #expect(try refusal((claim, .integer(.max))) == .subjectTokenInvalid)
        #expect(try refusal((claim, .integer(.min))) == nil)
    }

    @Test("has expired thirty seconds after it says, and before that nothing is left to hand over")
    func skewBehind() throws {
        #expect(try refusal(("exp", 1_800_000_005)) == nil)
        #expect(try refusal(("exp", 1_800_000_004)) == .tooShortLived)
        #expect(try refusal(("exp", 1_799_999_971)) == .tooShortLived)
        #expect(try refusal(("exp", 1_799_999_970)) == .subjectTokenExpired)
        #expect(try refusal(("exp", .integer(.min))) == .subjectTokenExpired)
        #expect(try refusal(("exp", .integer(.max))) == nil)
    }

    @Test("never names somebody as an agent is named")
    func agentName() throws {
        #expect(try refusal(("email", "agent-3")) == .subjectTokenInvalid)
        #expect(try refusal(("email", "portal")) == .subjectTokenInvalid)
        #expect(try refusal(("email", "agent-33")) == nil)
    }

    @Test("of a revoked principal starts nothing")
    func revoked() throws {
        var relay = try Relay()
        relay.view.revokedPrincipals = [Relay.bob]
        #expect(try relay.refusal(.start()) == .chainRevoked)
    }

    @Test("that cannot be checked now is not called wrong; one of nobody we trust is")
    func unavailable() throws {
        var relay = try Relay()
        relay.tokens.foreign = [:]
        #expect(try relay.refusal(.start()) == .subjectTokenInvalid)
    }

    @Test("hands over at most what the issuer lets people with its claims hand over, all that applies together")
    func delegable() throws {
        func condition(_ claim: String, _ value: JSONValue) -> TrustedIssuer.Condition {
            .init(claim: claim, value: value)
        }
        var relay = try Relay()
        relay.view.issuers = [
            Relay.issuer(delegable: [
                .init(conditions: [], authority: ["cloud-inventory-api": "ec2:DescribeVpcs"]),
                .init(
                    conditions: [condition("groups", "ops")], authority: ["cloud-inventory-api": "ec2:DescribeHosts"]),
                .init(
                    conditions: [condition("groups", "ops"), condition("mfa", true)],
                    authority: ["billing-api": "invoice:read"]),
            ])
        ]
        relay.arrive(token: "plain", claims: Relay.person())
        relay.arrive(token: "ops", claims: Relay.person(("groups", ["dev", "ops"])))
        relay.arrive(token: "one", claims: Relay.person(("groups", "ops"), ("mfa", true)))
        relay.arrive(token: "text", claims: Relay.person(("groups", "Ops"), ("mfa", "true")))
        let hosts = Refusal.exceedsDelegation("ec2:DescribeHosts", Relay.inventory)
        let billing = Refusal.audienceNotHeld(AudienceID(checked: "billing-api"))
        func told(_ token: String) throws -> [Refusal?] {
            [
                try relay.refusal(.start(token: token, scope: "ec2:DescribeVpcs")),
                try relay.refusal(.start(token: token, scope: "ec2:DescribeHosts")),
                try relay.refusal(
                    .start(token: token, target: [.audience("billing-api")], scope: "invoice:read")),
            ]
        }
        #expect(try told("plain") == [nil, hosts, billing])
        #expect(try told("ops") == [nil, nil, billing])
        #expect(try told("one") == [nil, nil, nil])
        #expect(try told("text") == [nil, hosts, billing])
        #expect(
            try relay.refusal(.start(token: "ops", scope: "ec2:DescribeHosts ec2:DescribeVpcs")) == nil,
            "what two entries give is held together")
    }

    @Test("for which the issuer lets nobody hand over anything starts nothing")
    func nothing() throws {
        var relay = try Relay()
        relay.view.issuers = [
            Relay.issuer(delegable: [
                .init(conditions: [.init(claim: "mfa", value: true)], authority: Relay.everything)
            ])
        ]
        relay.arrive(token: "bob", claims: Relay.person())
        #expect(try relay.refusal(.start()) == .audienceNotHeld(Relay.inventory))
        #expect(try relay.refusal(.start(target: [])) == .audienceMissing)
    }
}
