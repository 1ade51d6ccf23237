import MandateCore
import MandateTesting
import Testing

@Suite("A chain whose root is a registration")
struct RegistrationStandingTests {
    private let relay: Relay
    /// An access token of `agent-1` for itself at `agent-9`, a second old.
    private let presented: String
    private let birth: Int64

    init() throws {
        var relay = try Relay()
        presented = try relay.take(
            .own(
                by: "agent-1", wanted: .accessToken, target: [.audience("agent-9")], scope: "ec2:DescribeVpcs",
                task: Relay.task))
        birth = relay.now.milliseconds
        relay.now = relay.now.advanced(bySeconds: 1)
        self.relay = relay
    }

    @Test("is continued by passing its token on, for the task of the token")
    func continued() throws {
        var relay = relay
        let token = try relay.take(.passOn(presented))
        let chain = try relay.chain(behind: token)
        #expect(chain.summary.path == ["alice@company.com", "agent-1", "agent-9"])
        #expect(chain.link.task == Relay.task && chain.earlier?.link.task == nil)
        #expect(chain.link.principal == .owner(Relay.owner) && chain.link.delegator == "agent-1")
        #expect(relay.tokens.own[token]?.task == Relay.task)
        #expect(
            try relay.refusal(.passOn(presented, task: TaskID(checked: "INC-2"))) == .taskMismatch)
    }

    @Test("has no birth, so the agent's mark is held against the token that was presented")
    func mark() throws {
        for (shift, expected) in [(-1, nil), (0, .chainRevoked), (1, .chainRevoked)] as [(Int64, Refusal?)] {
            var changed = relay
            try changed.register("agent-1", notBefore: Instant(milliseconds: birth + shift))
            #expect(try changed.refusal(.passOn(presented)) == expected)
        }
    }

    @Test("and one link more has the agent's mark held against that link, and not the token after it")
    func markBelow() throws {
        var relay = relay
        let token = try relay.take(.passOn(presented, target: [.audience("agent-9")]))
        let passed = relay.now.milliseconds
        relay.now = relay.now.advanced(bySeconds: 1)
        for agent in ["agent-1", "agent-9"] {
            for (shift, isLive) in [(-1, true), (0, false), (1, false)] as [(Int64, Bool)] {
                var changed = relay
                try changed.register(agent, notBefore: Instant(milliseconds: passed + shift))
                let live = try changed.service.live(Array(token.utf8), in: changed.view, at: changed.now)
                #expect((live != nil) == isLive, "\(agent), \(shift) ms")
            }
        }
    }

    @Test("is dead with its link, its owner, its task, and its token")
    func dead() throws {
        func refusal(_ change: (inout Relay) -> Void) throws -> Refusal? {
            var changed = relay
            change(&changed)
            return try changed.refusal(.passOn(presented))
        }
        let link = try #require(relay.view.registrations[AgentID(checked: "agent-1")]).link.number
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.view.revokedLinks = [link] } == .chainRevoked)
        #expect(try refusal { $0.view.revokedPrincipals = [Relay.owner] } == .chainRevoked)
        #expect(try refusal { $0.view.revokedTokens = [presented] } == .chainRevoked)
        let ended = TaskEntry(id: Relay.task, status: .completed, createdAt: .eightOClock, createdBy: "agent-1")
        #expect(try refusal { $0.view.tasks = [ended] } == .chainRevoked)
    }

    @Test("is not begun anew by an agent whose owner is revoked")
    func revokedOwner() throws {
        var relay = relay
        relay.view.revokedPrincipals = [Relay.owner]
        #expect(try relay.refusal(.own(by: "agent-1")) == .chainRevoked)
        #expect(try relay.refusal(.own(by: "agent-1", wanted: .accessToken)) == .chainRevoked)
        #expect(try relay.refusal(.start()) == nil, "the portal's owner is not the principal")
    }
}
