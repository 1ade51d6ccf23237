import MandateCore
import MandateTesting
import Testing

@Suite("An actor token")
struct ActorTokenTests {
    private static let mandate = AudienceID(checked: "https://mandate.example")
    private let relay: Relay
    private let subject: String
    private let actor: String

    init() throws {
        var relay = try Relay()
        relay.view.audiences.append(try Relay.audience(Self.mandate.rawValue, [("token:act", .read)]))
        for agent in ["agent-1", "agent-2"] {
            try relay.register(
                agent,
                capabilities: [
                    "cloud-inventory-api": "ec2:*", "agent-9": "ec2:*", "https://mandate.example": "token:act",
                ])
        }
        subject = try relay.take(.start(target: Relay.both))
        actor = try relay.take(Self.identity(of: "agent-1"))
        self.relay = relay
    }

    private static func identity(of agent: String) -> TokenRequest {
        .own(by: agent, wanted: .accessToken, target: [.audience(mandate.rawValue)], scope: "token:act")
    }

    private func request(_ actor: String, _ kind: PresentedToken.Kind = .accessToken) -> TokenRequest {
        .redeem(subject, by: "agent-1", actorToken: PresentedToken(text: Array(actor.utf8), type: kind))
    }

    @Test(
        "is the caller's own access token for this service, and good once",
        arguments: [
            PresentedToken.Kind.accessToken, .jwt,
        ])
    func once(kind: PresentedToken.Kind) throws {
        var relay = relay
        let issuance = try relay.judge(request(actor, kind)).issued()
        let used = UsedToken(
            issuer: "https://mandate.example", id: actor, expiry: .eightOClock.advanced(bySeconds: 900))
        #expect(try issuance.effect().1.used == used)
        _ = try relay.keep(issuance, for: request(actor, kind))
        #expect(try relay.refusal(request(actor, kind)) == .actorTokenInvalid)
    }

    @Test("is of no other kind, for nobody else, of nobody else, and not dead")
    func refused() throws {
        var relay = relay
        #expect(try relay.refusal(request(actor, .idToken)) == .actorTokenInvalid)
        #expect(try relay.refusal(request(actor, .delegation)) == .actorTokenInvalid)
        #expect(try relay.refusal(request("unknown")) == .actorTokenInvalid)
        #expect(try relay.refusal(request(subject)) == .actorTokenInvalid)
        #expect(try relay.refusal(request(try relay.take(Self.identity(of: "agent-2")))) == .actorTokenInvalid)
        #expect(try relay.refusal(request(try relay.presented(under: subject))) == .actorTokenInvalid)
        relay.view.revokedTokens = [actor]
        #expect(try relay.refusal(request(actor)) == .actorTokenInvalid)
        relay.view.revokedTokens = []
        relay.now = relay.now.advanced(bySeconds: 900)
        #expect(try relay.refusal(request(actor)) == .actorTokenInvalid)
    }

    @Test("of an agent that was suspended since is dead, as are all its tokens")
    func suspended() throws {
        var relay = relay
        let other = try relay.take(
            .handOver(subject, by: "agent-1", to: "agent-3", target: Relay.both))
        let third = PresentedToken(text: Array(actor.utf8), type: .accessToken)
        #expect(try relay.refusal(.redeem(other, by: "agent-3", actorToken: third)) == .actorTokenInvalid)
        relay.now = relay.now.advanced(bySeconds: 1)
        let fresh = try relay.take(.start())
        try relay.register("agent-1", notBefore: .eightOClock)
        let both = TokenRequest.redeem(
            fresh, by: "agent-1", actorToken: PresentedToken(text: Array(actor.utf8), type: .accessToken))
        #expect(try relay.refusal(both) == .actorTokenInvalid)
    }
}
