import MandateCore
import MandateTesting
import Testing

@Suite("A request of an authenticated client")
struct RefusalTests {
    private static let two: Authority = ["cloud-inventory-api": "ec2:Describe*", "billing-api": "ec2:*"]

    private func court(_ agent: Agent = Court.agent(), _ audience: Audience = Court.audience()) throws -> Court {
        try Court(
            agent,
            audiences: [
                audience, Court.audience("billing-api", resource: nil), Court.audience("hr-api", resource: nil),
            ]
                + [Court.audience("old-api", resource: "https://old.internal", status: .suspended)])
    }

    private static let refused: [(TokenRequest, Refusal)] = [
        (Court.request(details: true), .invalidAuthorizationDetails),
        (Court.request(grant: .unsupported("password")), .unsupportedGrantType("password")),
        (Court.request(targets: [.audience("nowhere")]), .audienceUnknown("nowhere")),
        (Court.request(targets: [.audience("no id é")]), .audienceUnknown("no id é")),
        (Court.request(targets: [.audience("old-api")]), .audienceUnknown("old-api")),
        (Court.request(targets: [.resource("https://old.internal")]), .audienceUnknown("https://old.internal")),
        (Court.request(targets: [.resource("cloud-inventory-api")]), .audienceUnknown("cloud-inventory-api")),
        (
            Court.request(targets: [.resource("https://inventory.internal/#a")]),
            .audienceUnknown("https://inventory.internal/#a")
        ),
        (Court.request(targets: [.audience("hr-api")]), .audienceNotHeld(AudienceID(checked: "hr-api"))),
        (
            Court.request(targets: [.audience("cloud-inventory-api"), .audience("hr-api")]), .severalAudiences
        ),
        (Court.request(scope: .absent), .scopeMissing(Court.inventory)),
        (Court.request(scope: .malformed("*")), .scopeMalformed("*")),
        (Court.request(scope: .scopes("rds:Describe")), .scopeUnknown("rds:Describe", Court.inventory)),
        (Court.request(scope: .scopes("s3:*")), .scopeUnknown("s3:*", Court.inventory)),
        (
            Court.request(scope: .scopes("ec2:DescribeVpcs ec2:Terminate")),
            .exceedsCapability("ec2:Terminate", Court.inventory)
        ),
        (Court.request(scope: .scopes("ec2:*")), .exceedsCapability("ec2:*", Court.inventory)),
    ]

    @Test("is refused for what it asks", arguments: refused.indices)
    func refuses(index: Int) throws {
        let (request, refusal) = Self.refused[index]
        guard case .refuse(let said, let requestID, let entry) = try court().judge(request) else {
            Issue.record("\(request) was not refused")
            return
        }
        #expect(said == refusal)
        #expect(requestID == "01a3185c-5000-7101-8101-010101010101")
        #expect(entry.effect == .none && entry.at == .eightOClock)
        #expect(entry.text.contains(#""decision":"DENY","event":"token.refused","#))
        #expect(entry.text.contains(#""reason":"\#(refusal.reason)","#))
        #expect(entry.text.contains(#""rule":"\#(refusal.rule)","#))
    }

    @Test("is refused when the client is not registered for the grant")
    func grant() throws {
        let court = try court(Court.agent(grants: [.tokenExchange]))
        #expect(try court.judge().refusal == .grantNotAllowed(.clientCredentials))
    }

    @Test("is refused when it names no audience and the client holds several")
    func severalHeld() throws {
        let court = try court(Court.agent(capabilities: Self.two))
        #expect(try court.judge(Court.request(targets: [])).refusal == .audienceMissing)
    }

    @Test("is refused without a task where the audience requires one")
    func task() throws {
        let court = try court(Court.agent(), Court.audience(requiresTask: true))
        #expect(try court.judge().refusal == .taskMissing(Court.inventory))
        #expect(try court.judge(Court.request(task: TaskID(checked: "INC-1"))).refusal == nil)
    }

    @Test("is refused when less than five seconds of the agent's life are left", arguments: [1, 4])
    func dying(seconds: Int64) throws {
        let court = try court(Court.agent(expiresAt: .eightOClock.advanced(bySeconds: seconds)))
        #expect(try court.judge().refusal == .tooShortLived)
    }

    @Test("is refused without a key of the audience's algorithm, without capabilities, without randomness")
    func unavailable() throws {
        #expect(
            try court(Court.agent(), Court.audience(algorithm: .eddsa)).judge().refusal == .unavailable(.signingKey))
        #expect(
            try Court(Court.agent(), type: Court.type(capabilities: nil)).judge().refusal == .unavailable(.registry))
        var unlucky = try court()
        unlucky.random = CountingRandom(upTo: 1)
        #expect(try unlucky.judge().refusal == .unavailable(.cryptography))
    }

    @Test("is checked in this order: details, grant, target, scope, task, lifetime, key")
    func order() throws {
        let agent = Court.agent(grants: [.tokenExchange], expiresAt: .eightOClock.advanced(bySeconds: 1))
        let other = Court.agent(expiresAt: .eightOClock.advanced(bySeconds: 1))
        let audience = Court.audience(algorithm: .eddsa, requiresTask: true)
        let nowhere: [TokenRequest.Target] = [.audience("nowhere")]
        let all = Court.request(grant: .unsupported("x"), targets: nowhere, scope: .malformed("*"), details: true)
        #expect(try court(agent, audience).judge(all).refusal == .invalidAuthorizationDetails)
        let grant = Court.request(grant: .unsupported("x"), targets: nowhere, scope: .malformed("*"))
        #expect(try court(agent, audience).judge(grant).refusal == .unsupportedGrantType("x"))
        let target = Court.request(targets: nowhere, scope: .malformed("*"))
        #expect(try court(agent, audience).judge(target).refusal == .grantNotAllowed(.clientCredentials))
        #expect(try court(other, audience).judge(target).refusal == .audienceUnknown("nowhere"))
        let scope = Court.request(scope: .malformed("*"))
        #expect(try court(other, audience).judge(scope).refusal == .scopeMalformed("*"))
        #expect(try court(other, audience).judge().refusal == .taskMissing(Court.inventory))
        let task = Court.request(task: TaskID(checked: "INC-1"))
        #expect(try court(other, audience).judge(task).refusal == .tooShortLived)
        #expect(try court(Court.agent(), audience).judge(task).refusal == .unavailable(.signingKey))
    }

    @Test("leaves a record that says who asked for what and why not")
    func record() throws {
        let request = Court.request(scope: .scopes("ec2:Terminate"), task: TaskID(checked: "INC-1"))
        guard case .refuse(_, _, let entry) = try court().judge(request) else {
            Issue.record("the request was not refused")
            return
        }
        let chain = String(repeating: "ab", count: 32)
        #expect(
            entry.text == #"{"agent_id":"inventory-agent-7","agent_type":"inventory-reader","agent_version":"2.1.0","#
                + #""approval":null,"at":"2027-01-15T08:00:00.000Z","audience":"cloud-inventory-api","#
                + #""chain":["alice@company.com","inventory-agent-7"],"chain_hash":"sha256:\#(chain)","#
                + #""decision":"DENY","event":"token.refused","exp":null,"granted":null,"jti":null,"#
                + #""policy":"sha256:policies","prev":null,"principal":"alice@company.com","#
                + #""reason":"exceeds_capability","request_id":"01a3185c-5000-7101-8101-010101010101","#
                + #""requested":["ec2:Terminate"],"rule":"containment","seq":1,"#
                + #""source":{"address":"192.0.2.7","method":"client_secret_basic"},"task_id":"INC-1"}"#)
    }
}
