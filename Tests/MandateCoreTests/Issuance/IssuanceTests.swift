import MandateCore
import MandateTesting
import Testing

@Suite("A token that is issued")
struct IssuanceTests {
    private let chain = "sha256:" + String(repeating: "ab", count: 32)
    private let tokenID = "01a3185c-5000-7202-8202-020202020202"

    private func claims(_ issuance: Issuance) throws -> JSONValue { try JSONValue(strict: issuance.claims) }

    @Test("says these claims, byte for byte")
    func claims() throws {
        let request = Court.request(
            scope: .scopes("s3:ListBuckets ec2:DescribeVpcs"), task: TaskID(checked: "INC-\"1"))
        let issuance = try Court().judge(request).issued()
        #expect(
            String(decoding: issuance.claims, as: UTF8.self)
                == #"{"iss":"https://mandate.example","sub":"inventory-agent-7","aud":"cloud-inventory-api","#
                + #""exp":1800000900,"iat":1800000000,"nbf":1800000000,"jti":"\#(tokenID)","#
                + #""client_id":"inventory-agent-7","agent_id":"inventory-agent-7","#
                + #""agent_type":"inventory-reader","agent_version":"2.1.0","team":"platform","environment":"prod","#
                + #""scope":"ec2:DescribeVpcs s3:ListBuckets","permissions":["ec2:DescribeVpcs","s3:ListBuckets"],"#
                + #""task_id":"INC-\"1","human_principal":"alice@company.com","delegation_chain_hash":"\#(chain)","#
                + #""delegation_depth":1}"#)
    }

    @Test("says nothing of what it has no value for")
    func absentClaims() throws {
        let court = try Court(Court.agent(team: nil, version: nil, environment: nil))
        let names = try claims(court.judge().issued()).members?.map(\.name)
        #expect(
            names == [
                "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "agent_id", "agent_type", "scope",
                "permissions", "human_principal", "delegation_chain_hash", "delegation_depth",
            ])
    }

    @Test("carries its chain where the audience asks for it, as the very bytes that were hashed")
    func inlineChain() throws {
        let issuance = try Court(audiences: [Court.audience(chain: .inline)]).judge().issued()
        #expect(
            String(decoding: issuance.claims, as: UTF8.self).hasSuffix(
                #","delegation_chain":[{"parent":null,"policy":"sha256:policies","v":1}]}"#))
    }

    @Test("repeats what the agent is under the audience's namespace, if it is something")
    func namespace() throws {
        let audience = Court.audience(namespace: "https://company.com/")
        let full = try claims(Court(audiences: [audience]).judge().issued())
        #expect(full["https://company.com/agent_type"] == "inventory-reader")
        #expect(full["https://company.com/team"] == "platform")
        #expect(full["https://company.com/environment"] == "prod")
        let bare = try claims(
            Court(Court.agent(team: nil, environment: nil), audiences: [audience]).judge().issued())
        #expect(bare.members?.map(\.name).filter { $0.hasPrefix("https://") } == ["https://company.com/agent_type"])
    }

    @Test(
        "lives as long as the shortest of its limits, and never longer than 900 seconds",
        arguments: [
            (nil, nil, nil, 900), (nil, nil, 60, 60), (nil, nil, 1, 1), (nil, nil, 901, 900),
            (nil, nil, 999_999_999_999_999_999, 900), (nil, 300, nil, 300), (nil, 300, 301, 300), (nil, 300, 299, 299),
            (5, nil, nil, 5), (5, nil, 1, 1), (600, 300, 400, 300), (100, 300, 400, 100), (86_400, nil, nil, 900),
        ] as [(Int64?, Int64?, Int64?, Int64)])
    func lifetime(agent: Int64?, audience: Int64?, wanted: Int64?, expected: Int64) throws {
        let end = agent.map { Instant.eightOClock.advanced(bySeconds: $0) }
        let court = try Court(Court.agent(expiresAt: end), audiences: [Court.audience(maxLifetime: audience)])
        let issuance = try court.judge(Court.request(lifetime: wanted)).issued()
        #expect(issuance.answer.lifetime == expected)
        #expect(try claims(issuance)["exp"] == .integer(1_800_000_000 + expected))
    }

    @Test("counts its life in whole seconds, from the second it was issued in")
    func wholeSeconds() throws {
        var court = try Court(Court.agent(expiresAt: Instant(milliseconds: 1_800_000_010_999)))
        court.now = Instant(milliseconds: 1_800_000_000_998)
        let issuance = try court.judge().issued()
        #expect(issuance.answer.lifetime == 10)
        #expect(try claims(issuance)["iat"] == 1_800_000_000)
    }

    @Test(
        "is for the one audience that was named, in whatever way, or for the only one held",
        arguments: [
            [.audience("cloud-inventory-api")], [.audience("https://inventory.internal")],
            [.resource("https://inventory.internal/")], [],
            [.resource("https://inventory.internal"), .audience("cloud-inventory-api")],
        ] as [[TokenRequest.Target]])
    func audience(targets: [TokenRequest.Target]) throws {
        let issuance = try Court().judge(Court.request(targets: targets)).issued()
        #expect(try claims(issuance)["aud"] == "cloud-inventory-api")
    }

    @Test("has the audience's default scopes when none was asked for")
    func defaultScopes() throws {
        let court = try Court(audiences: [Court.audience(defaultScopes: "s3:ListBuckets")])
        let issuance = try court.judge(Court.request(scope: .absent)).issued()
        #expect(issuance.answer.scopes == "s3:ListBuckets")
    }

    @Test("obeys the agent's own capabilities, not its type's, when it has some")
    func ownCapabilities() throws {
        let court = try Court(Court.agent(capabilities: ["cloud-inventory-api": "s3:ListBuckets"]))
        #expect(try court.judge().refusal == .exceedsCapability("ec2:DescribeVpcs", Court.inventory))
    }

    @Test("is answered with what the caller needs to know, and signed with the audience's key")
    func answer() throws {
        let issuance = try Court().judge(Court.request(task: TaskID(checked: "INC-1"))).issued()
        let answer = issuance.answer
        #expect(answer.lifetime == 900 && answer.scopes == "ec2:DescribeVpcs" && answer.depth == 1)
        #expect(answer.task == TaskID(checked: "INC-1") && answer.chain == Court.chain)
        #expect(issuance.key == Court.key)
    }

    @Test("is recorded before it is said, under the epoch it was judged in")
    func record() throws {
        let entry = try Court().judge().issued().entry
        #expect(
            entry.effect
                == .token(judgedUnder: Epoch(7), link: 11, expiry: .eightOClock.advanced(bySeconds: 900)))
        #expect(
            entry.text == #"{"agent_id":"inventory-agent-7","agent_type":"inventory-reader","agent_version":"2.1.0","#
                + #""approval":null,"at":"2027-01-15T08:00:00.000Z","audience":"cloud-inventory-api","#
                + #""chain":["alice@company.com","inventory-agent-7"],"chain_hash":"\#(chain)","#
                + #""decision":"ALLOW","event":"token.issued","exp":"2027-01-15T08:15:00.000Z","#
                + #""granted":["ec2:DescribeVpcs"],"jti":"\#(tokenID)","policy":"sha256:policies","prev":null,"#
                + #""principal":"alice@company.com","reason":null,"#
                + #""request_id":"01a3185c-5000-7101-8101-010101010101","requested":["ec2:DescribeVpcs"],"#
                + #""rule":"containment","seq":1,"source":{"address":"192.0.2.7","method":"client_secret_basic"},"#
                + #""task_id":null}"#)
    }
}
