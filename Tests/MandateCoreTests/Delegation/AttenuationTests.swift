import MandateCore
import MandateTesting
import Testing

@Suite("What is handed over")
struct AttenuationTests {
    private static let all: ScopeSet = "ec2:Describe* ec2:Terminate*"
    private static let narrow: Authority = ["cloud-inventory-api": "s3:ListBuckets", "agent-9": "ec2:*"]
    private static let elsewhere: Authority = ["billing-api": "invoice:*"]

    @Test(
        "is refused beyond what its giver holds, never narrowed",
        arguments: ["ec2:Terminate*", "ec2:DescribeVpcs ec2:Describe* ec2:Modify", "s3:ListBuckets"] as [ScopeSet])
    func exceedsDelegation(scope: ScopeSet) throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2)[1]
        let excess = try #require(scope.scopes.last)
        let refusal = Refusal.exceedsDelegation(excess, Relay.inventory)
        #expect(try relay.refusal(.handOver(token, by: "agent-2", to: "agent-3", scope: scope)) == refusal)
        #expect(try relay.refusal(.redeem(token, by: "agent-2", scope: scope)) == refusal)
    }

    @Test("is refused at an audience where its giver holds nothing")
    func otherAudience() throws {
        var relay = try Relay()
        let token = try relay.take(.start())
        let billing: [TokenRequest.Target] = [.audience("billing-api")]
        let refusal = Refusal.audienceNotHeld(AudienceID(checked: "billing-api"))
        #expect(
            try relay.refusal(.handOver(token, by: "agent-1", to: "agent-2", target: billing, scope: "invoice:read"))
                == refusal)
        #expect(try relay.refusal(.redeem(token, by: "agent-1", target: billing, scope: "invoice:read")) == refusal)
    }

    @Test("is refused beyond what any agent on the chain may do today, whichever it is", arguments: 1...6)
    func exceedsCapability(position: Int) throws {
        for capabilities in [Self.narrow, Self.elsewhere] {
            var relay = try Relay()
            let token = try relay.chain(of: 5)[4]
            try relay.register("agent-\(position)", capabilities: capabilities)
            let handedOver = try relay.refusal(.handOver(token, by: "agent-5", to: "agent-6"))
            #expect(handedOver == .exceedsCapability("ec2:Describe*", Relay.inventory))
            let redeemed = try relay.refusal(.redeem(token, by: "agent-5"))
            #expect(redeemed == (position < 6 ? .exceedsCapability("ec2:DescribeVpcs", Relay.inventory) : nil))
        }
    }

    @Test("needs only what is asked now to be covered still")
    func coveredStill() throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2)[1]
        try relay.register("agent-1", capabilities: ["cloud-inventory-api": "ec2:DescribeVpc*"])
        #expect(try relay.refusal(.redeem(token, by: "agent-2")) == nil)
        #expect(try relay.refusal(.handOver(token, by: "agent-2", to: "agent-3", scope: "ec2:DescribeVpcs")) == nil)
        #expect(
            try relay.refusal(.redeem(token, by: "agent-2", scope: "ec2:DescribeHosts"))
                == .exceedsCapability("ec2:DescribeHosts", Relay.inventory))
    }

    @Test("is of no class above the smallest that any delegator may hand over", arguments: 1...3)
    func exceedsClass(position: Int) throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2, scope: Self.all)[1]
        try relay.register("agent-\(position)", most: .write)
        let request = TokenRequest.handOver(token, by: "agent-2", to: "agent-3", scope: Self.all)
        #expect(try relay.refusal(request) == (position < 3 ? .exceedsClass("ec2:Terminate*", .write) : nil))
        #expect(try relay.refusal(.handOver(token, by: "agent-2", to: "agent-3")) == nil)
    }

    @Test(
        "is of a class that waits for a person's approval at any delegator: refused until there is one",
        arguments: 1...3)
    func approval(position: Int) throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2, scope: Self.all)[1]
        try relay.register("agent-\(position)", approvalFor: [.delete])
        let request = TokenRequest.handOver(token, by: "agent-2", to: "agent-3", scope: Self.all)
        var rule: String?
        if case .approvalRequired(let waiting) = try relay.refusal(request) { rule = waiting.need.rule }
        #expect(rule == (position < 3 ? "delegation" : nil))
        #expect(try relay.refusal(.handOver(token, by: "agent-2", to: "agent-3")) == nil)
    }

    @Test("is refused for its class even where an approval could be had: no approval lifts the ceiling")
    func ceiling() throws {
        var relay = try Relay()
        let token = try relay.chain(of: 2, scope: "ec2:Purge*")[1]
        try relay.register("agent-1", most: .delete)
        try relay.register("agent-2", approvalFor: [.admin])
        #expect(
            try relay.refusal(.handOver(token, by: "agent-2", to: "agent-3", scope: "ec2:Purge*"))
                == .exceedsClass("ec2:Purge*", .delete))
    }

    @Test("by one agent acting for itself to another is bounded the same way")
    func onward() throws {
        var relay = try Relay()
        try relay.register("agent-1", most: .read)
        try relay.register("agent-2", capabilities: Self.narrow)
        #expect(
            try relay.refusal(.own(by: "agent-1", to: "agent-3", scope: "ec2:Modify*"))
                == .exceedsClass("ec2:Modify*", .read))
        #expect(
            try relay.refusal(.own(by: "agent-1", to: "agent-2"))
                == .exceedsCapability("ec2:Describe*", Relay.inventory))
        #expect(
            try relay.refusal(.own(by: "agent-2")) == .exceedsCapability("ec2:Describe*", Relay.inventory))
        #expect(try relay.refusal(.own(by: "agent-1", scope: "ec2:Modify*")) == nil, "its owner delegates, not it")
    }

    @Test("by passing a token on is no more than the token says, than its chain holds, and than the server may do")
    func passedOn() throws {
        var relay = try Relay()
        let presented = try relay.presented(under: try relay.take(.start(target: Relay.both)))
        #expect(
            try relay.refusal(.passOn(presented, scope: "ec2:DescribeHosts"))
                == .exceedsDelegation("ec2:DescribeHosts", Relay.inventory))
        try relay.register("agent-9", capabilities: Self.narrow)
        #expect(
            try relay.refusal(.passOn(presented)) == .exceedsCapability("ec2:DescribeVpcs", Relay.inventory))
        var other = try Relay()
        let onlyThere = try other.presented(under: try other.take(.start(target: [.audience("agent-9")])))
        #expect(try other.refusal(.passOn(onlyThere)) == .audienceNotHeld(Relay.inventory))
        try relay.register("agent-9")
        try relay.register("agent-1", to: ["agent-2"])
        #expect(try relay.refusal(.passOn(presented)) == .notADelegate(AgentID(checked: "agent-9")))
    }

    @Test("goes to every audience whose catalogue covers it, and each audience gets something")
    func severalAudiences() throws {
        var relay = try Relay()
        let targets: [TokenRequest.Target] = [
            .audience("cloud-inventory-api"), .audience("billing-api"), .audience("agent-9"),
        ]
        let token = try relay.take(.start(target: targets, scope: "ec2:Describe* invoice:read s3:ListBuckets"))
        #expect(
            try relay.chain(behind: token).link.authority == [
                "agent-9": "ec2:Describe*", "billing-api": "invoice:read",
                "cloud-inventory-api": "ec2:Describe* s3:ListBuckets",
            ])
        #expect(
            try relay.refusal(.start(target: targets, scope: "ec2:Describe*"))
                == .scopeMissing(AudienceID(checked: "billing-api")))
        #expect(
            try relay.refusal(.start(target: targets, scope: "ec2:Describe* invoice:read rds:Read"))
                == .scopeUnknown("rds:Read", AudienceID(checked: "agent-9")))
        #expect(
            try relay.refusal(.redeem(token, by: "agent-1", target: targets)) == .severalAudiences)
    }

    @Test("without a scope asked for is the default scopes of each audience")
    func defaults() throws {
        var relay = try Relay()
        #expect(try relay.refusal(.start(scope: nil)) == .scopeMissing(Relay.inventory))
        relay.view.audiences[0] = try Relay.audience(
            "cloud-inventory-api", Relay.inventoryClasses, defaultScopes: "s3:ListBuckets")
        let token = try relay.take(.start(scope: nil))
        #expect(try relay.chain(behind: token).link.authority == ["cloud-inventory-api": "s3:ListBuckets"])
    }
}
