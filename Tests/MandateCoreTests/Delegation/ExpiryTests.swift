import MandateCore
import MandateTesting
import Testing

@Suite("A delegation's end")
struct ExpiryTests {
    private func at(_ seconds: Int64) -> Instant { .eightOClock.advanced(bySeconds: seconds) }

    private func lifetime(_ relay: Relay, _ request: TokenRequest) throws -> Int64 {
        try relay.judge(request).issued().answer.lifetime
    }

    @Test("is an hour away, or as near as was asked for", arguments: [(nil, 3600), (60, 60), (3601, 3600), (1, 1)])
    func asked(wanted: Int64?, expected: Int64) throws {
        #expect(try lifetime(Relay(), .start(lifetime: wanted)) == expected)
        #expect(try lifetime(Relay(), .own(by: "agent-1", lifetime: wanted)) == expected)
    }

    @Test("is never after the parent's, for tokens and for links")
    func parent() throws {
        var relay = try Relay()
        let token = try relay.take(.start(target: Relay.both, lifetime: 600))
        relay.now = at(400)
        #expect(try lifetime(relay, .handOver(token, by: "agent-1", to: "agent-2")) == 200)
        #expect(try lifetime(relay, .handOver(token, by: "agent-1", to: "agent-2", lifetime: 199)) == 199)
        #expect(try lifetime(relay, .redeem(token, by: "agent-1")) == 200)
        let presented = try relay.take(.redeem(token, by: "agent-1", target: [.audience("agent-9")], lifetime: 90))
        relay.now = at(410)
        #expect(try lifetime(relay, .passOn(presented)) == 80)
    }

    @Test("is never after the task's deadline")
    func deadline() throws {
        var relay = try Relay()
        relay.view.tasks = [
            TaskEntry(id: Relay.task, deadline: at(300), createdAt: .eightOClock, createdBy: "an operator")
        ]
        let token = try relay.take(.start())
        #expect(relay.tokens.own[token]?.expiry == at(300))
        #expect(try lifetime(relay, .redeem(token, by: "agent-1")) == 300)
        #expect(try lifetime(relay, .own(by: "agent-1", task: Relay.task)) == 300)
        #expect(try lifetime(relay, .own(by: "agent-1", wanted: .accessToken, task: Relay.task)) == 300)
        relay.view.tasks = [
            TaskEntry(id: Relay.task, deadline: at(100), createdAt: .eightOClock, createdBy: "an operator")
        ]
        #expect(try lifetime(relay, .handOver(token, by: "agent-1", to: "agent-2")) == 100)
    }

    @Test("is never after the person's token's")
    func person() throws {
        var relay = try Relay()
        relay.arrive(token: "short", claims: Relay.person(("exp", 1_800_000_120)))
        #expect(try lifetime(relay, .start(token: "short")) == 120)
        #expect(try lifetime(relay, .start(token: "short", wanted: .accessToken)) == 120)
    }

    @Test("is never after that of any agent on the chain", arguments: 1...3)
    func agents(position: Int) throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2)[1]
        try relay.register("agent-\(position)", expiresAt: relay.now.advanced(bySeconds: 50))
        #expect(try lifetime(relay, .handOver(token, by: "agent-2", to: "agent-3")) == 50)
        #expect(try lifetime(relay, .redeem(token, by: "agent-2")) == (position < 3 ? 50 : 900))
    }

    @Test("is not near: a mandate with less than five seconds left is refused", arguments: [(5, nil), (4, true)])
    func tooShort(left: Int64, refused: Bool?) throws {
        let refusal = refused.map { _ in Refusal.tooShortLived }
        var relay = try Relay()
        let token = try relay.take(.start(target: Relay.both, lifetime: 600))
        let presented = try relay.presented(under: token)
        relay.now = at(600 - left)
        #expect(try relay.refusal(.handOver(token, by: "agent-1", to: "agent-2")) == refusal)
        #expect(try relay.refusal(.redeem(token, by: "agent-1")) == refusal)
        #expect(try relay.refusal(.passOn(presented)) == refusal)
        relay.arrive(token: "short", claims: Relay.person(("exp", .integer(relay.now.seconds + left))))
        #expect(try relay.refusal(.start(token: "short")) == refusal)
        try relay.register("agent-2", expiresAt: relay.now.advanced(bySeconds: left))
        #expect(try relay.refusal(.start(to: "agent-2")) == refusal)
        #expect(try relay.refusal(.own(by: "agent-1", to: "agent-2")) == refusal)
    }

    @Test("is the end of its token too: a token is good until the second it names, and not in it")
    func expired() throws {
        var relay = try Relay()
        let token = try relay.take(.start(target: Relay.both))
        let presented = try relay.presented(under: token)
        relay.now = Instant(milliseconds: at(900).milliseconds - 1)
        #expect(try relay.refusal(.passOn(presented)) == .tooShortLived)
        relay.now = at(900)
        #expect(try relay.refusal(.passOn(presented)) == .subjectTokenExpired)
        relay.now = Instant(milliseconds: at(3600).milliseconds - 1)
        #expect(try relay.refusal(.redeem(token, by: "agent-1")) == .tooShortLived)
        relay.now = at(3600)
        #expect(try relay.refusal(.redeem(token, by: "agent-1")) == .subjectTokenExpired)
    }
}
