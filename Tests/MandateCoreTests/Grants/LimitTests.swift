import MandateCore
import MandateTesting
import Testing

@Suite("A chain with much in it")
struct LimitTests {
    @Test("is named by act up to fifteen agents, as deep as strict readers go")
    func actors() throws {
        var relay = try Relay()
        for number in 10...17 { try relay.register("agent-\(number)") }
        let tokens = try relay.chain(of: 16)
        relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", Relay.inventoryClasses, claims: .rfc8693)
        let claims = try JSONValue(strict: relay.judge(.redeem(tokens[14], by: "agent-15")).issued().claims)
        var (actor, depth) = (claims["act"], 0)
        while let current = actor { (actor, depth) = (current["act"], depth + 1) }
        #expect(depth == 15)
        #expect(try relay.refusal(.redeem(tokens[15], by: "agent-16")) == .depthExceeded(15))
        let elsewhere = TokenRequest.redeem(tokens[15], by: "agent-16", target: [.audience("agent-9")])
        #expect(try relay.refusal(elsewhere) == nil, "other profiles name no actors")
        #expect(try relay.refusal(.handOver(tokens[15], by: "agent-16", to: "agent-17")) == nil)
    }

    @Test("makes no token that is too large to be read: it is refused, and smaller ones are given")
    func size() throws {
        var relay = try Relay()
        let names = (10..<60).compactMap { Scope("ec2:Describe\(String(repeating: "x", count: 40))\($0)") }
        let many = try #require(ScopeSet(names))
        let token = try relay.chain(of: 4, scope: many)[3]
        relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", Relay.inventoryClasses, chain: .inline)
        let one = try #require(ScopeSet(names.prefix(1)))
        #expect(try relay.refusal(.redeem(token, by: "agent-4", scope: one)) == .malformedRequest(.tokenTooLarge))
        relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", Relay.inventoryClasses)
        #expect(try relay.refusal(.redeem(token, by: "agent-4", scope: one)) == nil)
    }
}
