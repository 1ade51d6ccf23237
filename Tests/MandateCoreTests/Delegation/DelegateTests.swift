import MandateCore
import MandateTesting
import Testing

@Suite("A delegate")
struct DelegateTests {
    private static let two = AgentID(checked: "agent-2")

    /// Who hands over to `agent-2`, and how.
    private static let ways: [(String, @Sendable (inout Relay) throws -> TokenRequest)] = [
        ("agent-1", { try .handOver($0.take(.start()), by: "agent-1", to: "agent-2") }),
        ("portal", { _ in .start(to: "agent-2") }),
        ("agent-1", { _ in .own(by: "agent-1", to: "agent-2") }),
    ]

    @Test("is an active agent of the registry", arguments: ways.indices)
    func active(way: Int) throws {
        let (_, arrange) = Self.ways[way]
        func refusal(_ change: (inout Relay) throws -> Void) throws -> Refusal? {
            var relay = try Relay()
            let request = try arrange(&relay)
            try change(&relay)
            return try relay.refusal(request)
        }
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.view.registrations[Self.two] = nil } == .notADelegate(Self.two))
        #expect(try refusal { try $0.register("agent-2", status: .suspended) } == .notADelegate(Self.two))
        #expect(try refusal { try $0.register("agent-2", status: .decommissioned) } == .notADelegate(Self.two))
        #expect(try refusal { try $0.register("agent-2", typeStatus: .suspended) } == .notADelegate(Self.two))
        #expect(try refusal { try $0.register("agent-2", expiresAt: .eightOClock) } == .notADelegate(Self.two))
    }

    @Test("is named by the delegator, by its id or by its type", arguments: ways.indices)
    func named(way: Int) throws {
        let (delegator, arrange) = Self.ways[way]
        for (to, refusal) in [
            (["agent-2"], nil), (["worker"], nil), (["agent-3", "worker"], nil),
            ([], Refusal.notADelegate(Self.two)), (["agent-3"], .notADelegate(Self.two)),
            (["agent-22", "agent-", "Worker", "*"], .notADelegate(Self.two)),
        ] as [([String], Refusal?)] {
            var relay = try Relay()
            let request = try arrange(&relay)
            try relay.register(delegator, to: to, starts: delegator == "portal")
            #expect(try relay.refusal(request) == refusal, "\(to)")
        }
    }

    @Test("is never on the chain already, and nobody hands over to itself")
    func cycle() throws {
        var relay = try Relay()
        let token = try relay.chain(of: 4)[3]
        for number in 1...4 {
            #expect(
                try relay.refusal(.handOver(token, by: "agent-4", to: "agent-\(number)"))
                    == .cycle(AgentID(checked: "agent-\(number)")))
        }
        #expect(
            try relay.refusal(.handOver(token, by: "agent-4", to: nil)) == .cycle(AgentID(checked: "agent-4")))
    }

    @Test("that is a resource server cannot pass on a token of a chain it is on")
    func passedBack() throws {
        var relay = try Relay()
        let first = try relay.take(.start(target: Relay.both))
        let second = try relay.take(.handOver(first, by: "agent-1", to: "agent-9", target: Relay.both))
        let presented = try relay.take(
            .redeem(second, by: "agent-9", target: [.audience("agent-9")], scope: "ec2:DescribeVpcs"))
        #expect(try relay.refusal(.passOn(presented)) == .cycle(AgentID(checked: "agent-9")))
    }

    @Test("makes the chain no deeper than every agent on it allows, the delegate included", arguments: 1...5)
    func depth(position: Int) throws {
        var relay = try Relay()
        let token = try relay.chain(of: 4)[3]
        let request = TokenRequest.handOver(token, by: "agent-4", to: "agent-5")
        for (depth, refusal) in [(5, nil), (4, .depthExceeded(4)), (1, .depthExceeded(1))] as [(Int, Refusal?)] {
            try relay.register("agent-\(position)", depth: depth)
            #expect(try relay.refusal(request) == refusal, "at most \(depth)")
        }
    }

    @Test("of an agent acting for itself, or of a resource server, counts as one agent more")
    func depthElsewhere() throws {
        var relay = try Relay()
        let presented = try relay.presented(under: try relay.take(.start(target: Relay.both)))
        try relay.register("agent-1", depth: 1)
        #expect(try relay.refusal(.own(by: "agent-1", to: "agent-2")) == .depthExceeded(1))
        #expect(try relay.refusal(.own(by: "agent-1")) == nil)
        #expect(try relay.refusal(.passOn(presented)) == .depthExceeded(1))
        try relay.register("agent-1", depth: 2)
        #expect(try relay.refusal(.own(by: "agent-1", to: "agent-2")) == nil)
        #expect(try relay.refusal(.passOn(presented)) == nil)
    }

    @Test("of a person is the portal itself when it names nobody; then it needs no delegation to itself")
    func portal() throws {
        var relay = try Relay()
        try relay.register("portal", to: [], starts: true)
        let token = try relay.take(.start(to: nil))
        #expect(try relay.chain(behind: token).summary.path == ["bob@company.com", "portal"])
        #expect(try relay.refusal(.start(to: "portal")) == nil)
        #expect(try relay.refusal(.start(to: "agent-1")) == .notADelegate(AgentID(checked: "agent-1")))
    }

    @Test("is appointed for people only by agents that may start chains")
    func mayStart() throws {
        let relay = try Relay()
        #expect(try relay.refusal(.start(by: "agent-1", to: nil)) == .mayNotStartChains)
        #expect(try relay.refusal(.start(by: "agent-1", to: "agent-2")) == .mayNotStartChains)
    }

    @Test("of a person may be given an access token at once")
    func accessAtOnce() throws {
        var relay = try Relay()
        let token = try relay.take(.start(wanted: .accessToken, scope: "ec2:DescribeVpcs"))
        let chain = try relay.chain(behind: token)
        #expect(chain.summary.path == ["bob@company.com", "agent-1"] && chain.link.tokenID == token)
        #expect(chain.link.authority == ["cloud-inventory-api": "ec2:DescribeVpcs"])
        #expect(chain.link.expiry == .eightOClock.advanced(bySeconds: 900))
        #expect(relay.tokens.own[token]?.type == .accessToken)
    }
}
