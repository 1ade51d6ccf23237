import MandateCore

/// A person started a chain, and each agent handed a part to the next. One second lies between two hand-overs.
struct Relay {
    let agents: [String]

    static let story = Relay(agents: ["planner-001", "collector-001", "inventory-001"])
    static let person: JSONValue = ["iss": "https://idp.example.com", "sub": "00u1"]

    /// The links, each with the members that `changes` has for its depth.
    func links(_ changes: [Int: [String: JSONValue]] = [:]) throws -> [JSONValue] {
        var links: [JSONValue] = []
        for (index, agent) in agents.enumerated() {
            let depth = index + 1
            let given: [String: JSONValue] = [
                "depth": .integer(Int64(depth)),
                "parent": try links.last.map { .string(try SignedTokens.hash(of: $0)) } ?? .null,
                "jti": .string(try SignedTokens.id(bornIn: birth(ofLinkAt: depth))),
                "delegator": .string(index == 0 ? "alice@example.com" : agents[index - 1]), "delegate": .string(agent),
                "principal": Self.person, "task": "INC-4711",
                "authority": ["cloud-inventory-api": ["ec2:Describe*"], "reports-api": ["reports:read"]],
                "exp": .integer(SignedTokens.now.seconds + 800),
            ]
            links.append(SignedTokens.link(given.merging(changes[depth] ?? [:]) { _, new in new }))
        }
        return links
    }

    /// In milliseconds from now: the token is born at 0.
    func birth(ofLinkAt depth: Int) -> Int64 {
        Int64(depth - agents.count - 1) * 1000
    }

    /// The claims of the last agent's access token, in the agent profile.
    func claims(_ changes: [String: JSONValue?] = [:], links: [JSONValue]? = nil) throws -> JSONValue {
        let holder = JSONValue.string(agents[agents.count - 1])
        let own: [String: JSONValue?] = [
            "sub": holder, "client_id": holder, "agent_id": holder, "jti": .string(try SignedTokens.id(bornIn: 0)),
        ]
        let links = try links ?? self.links()
        return try SignedTokens.claims(own.merging(changes) { _, new in new }, chain: links)
    }

    /// The same in the profile of RFC 8693 §4.1.
    func exchanged(_ changes: [String: JSONValue?] = [:], links: [JSONValue]? = nil) throws -> JSONValue {
        let profile: [String: JSONValue?] = ["sub": "alice@example.com", "act": Self.act(agents.reversed())]
        return try claims(profile.merging(changes) { _, new in new }, links: links)
    }

    /// `act`, outermost first.
    static func act(_ actors: [String]) -> JSONValue {
        actors.reversed().reduce(JSONValue?.none) { earlier, actor in
            earlier.map { ["sub": .string(actor), "act": $0] } ?? ["sub": .string(actor)]
        } ?? .null
    }
}
