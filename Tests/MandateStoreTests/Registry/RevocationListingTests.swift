import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("The list of what is revoked")
struct RevocationListingTests {
    private let place: Place
    private let store: Store
    private let counter: Counter
    /// agent-1 → agent-2 → agent-3, for a task, and what Bob handed to agent-1 without one.
    private let tree: [HandOver.Made]
    private let other: HandOver.Made
    private let registrations: [ChainHash]

    init() async throws {
        let counter = try await Counter()
        self.counter = counter
        let (place, store) = (counter.place, counter.store)
        (self.place, self.store) = (place, store)
        let root = try await store.handOver(HandOver(delegate: Counter.agents[0], task: "INC-1"))[0]
        place.clock.advance(bySeconds: 1)
        let second = try await store.handOver(
            HandOver(delegate: Counter.agents[1], after: root, task: "INC-1", life: 1800))[0]
        place.clock.advance(bySeconds: 1)
        let third = try await store.handOver(
            HandOver(delegate: Counter.agents[2], after: second, task: "INC-1", life: 600))[0]
        tree = [root, second, third]
        other = try await store.handOver(HandOver(delegate: Counter.agents[0], principal: "bob@company.com"))[0]
        place.clock.advance(bySeconds: 1)
        registrations = try counter.asking { view in
            try Counter.agents.compactMap { try view.registration(of: $0)?.link.hash }
        }
    }

    private func listing(after seconds: Int64 = 0) throws -> RevocationListing {
        try store.revocationListing(at: place.clock.now.advanced(bySeconds: seconds))
    }

    private func claims(after seconds: Int64 = 0) throws -> JSONValue { .object(try listing(after: seconds).claims) }

    private static func claims(
        tokens: [JSONValue] = [], chains: [ChainHash] = [], agents: JSONValue = [:], types: JSONValue = [:],
        tasks: [JSONValue] = [], principals: [JSONValue] = [], keys: [JSONValue] = []
    ) -> JSONValue {
        [
            "tokens": .array(tokens), "chains": .array(chains.map { .string($0.text) }), "agents": agents,
            "agent_types": types, "tasks": .array(tasks), "principals": .array(principals), "keys": .array(keys),
        ]
    }

    private var now: JSONValue { .integer(place.clock.now.milliseconds) }

    @Test("is empty where nothing is, and names the key to sign it and the state it is of")
    func empty() throws {
        #expect(try claims() == Self.claims())
        let listing = try listing()
        #expect(listing.signingKey == KeyID(checked: String(repeating: "k", count: 43)))
        #expect(listing.mark == RevocationListing.Mark(epoch: try store.epoch(), revocations: 0))
    }

    @Test("has a revoked link with all below it, until each expires", arguments: 0...2)
    func link(position: Int) async throws {
        _ = await counter.end(.link(tree[position].number))
        let below = tree[position...].map(\.hash)
        #expect(try claims() == Self.claims(chains: below))
        #expect(try claims(after: 700) == Self.claims(chains: Array(below.prefix { $0 != tree[2].hash })))
        #expect(try listing().mark.revocations == 1)
    }

    @Test("has a revoked token until it expires")
    func token() async throws {
        _ = await counter.end(.token("jti-1"))
        #expect(try claims() == Self.claims(tokens: ["jti-1"]))
        #expect(try claims(after: 3599) == Self.claims(tokens: ["jti-1"]))
        #expect(try claims(after: 3600) == Self.claims())
    }

    @Test("has an ended task with every link of it")
    func task() async throws {
        try await store.change { (editor) throws(Problem) in
            try editor.save(TaskEntry(id: Counter.task, createdAt: editor.now, createdBy: "op"))
        }
        _ = try await TaskLifecycle(administration: store).cancel(Counter.task, because: nil, by: "op")
        #expect(try claims() == Self.claims(chains: tree.map(\.hash), tasks: ["INC-1"]))
        #expect(try claims(after: 3600) == Self.claims())
    }

    @Test("has the mark of an agent, and what passed through it", arguments: 0...2)
    func agent(position: Int) async throws {
        let lifecycle = AgentLifecycle(administration: store)
        let id = Counter.agents[position]
        _ = try await lifecycle.suspend(id, because: nil, by: "op")
        _ = try await lifecycle.resume(id, because: nil, by: "op")
        let marked = JSONValue.object([JSONMember(name: id.rawValue, value: now)])
        let dead = tree[position...].map(\.hash) + (position == 0 ? [other.hash] : [])
        #expect(try claims() == Self.claims(chains: dead, agents: marked))
        place.clock.advance(bySeconds: 1)
        _ = try await store.handOver(HandOver(delegate: id))
        #expect(try claims() == Self.claims(chains: dead, agents: marked), "what is handed over later lives")
        #expect(try claims(after: 3600) == Self.claims())
    }

    @Test("has what was handed to an agent in the very millisecond that its mark names")
    func sameMoment() async throws {
        let last = try await store.handOver(HandOver(delegate: Counter.agents[2]))[0]
        let lifecycle = AgentLifecycle(administration: store)
        _ = try await lifecycle.suspend(Counter.agents[2], because: nil, by: "op")
        #expect(try claims() == Self.claims(chains: [tree[2].hash, last.hash], agents: ["agent-3": now]))
    }

    @Test("has the mark of a type, and what passed through any agent of it")
    func type() async throws {
        let lifecycle = AgentLifecycle(administration: store)
        _ = try await lifecycle.suspend(Counter.type.id, because: nil, by: "op")
        _ = try await lifecycle.resume(Counter.type.id, because: nil, by: "op")
        #expect(
            try claims()
                == Self.claims(chains: tree.map(\.hash) + [other.hash], types: ["inventory-reader": now]))
    }

    @Test("has a revoked principal with every chain it started, registrations of its agents included")
    func principal() async throws {
        let principals = PrincipalLifecycle(administration: store)
        _ = try await principals.revoke(Label(checked: "bob@company.com"), because: nil, by: "op")
        #expect(try claims() == Self.claims(chains: [other.hash], principals: ["bob@company.com"]))
        _ = try await principals.reinstate(Label(checked: "bob@company.com"), because: nil, by: "op")
        #expect(try claims() == Self.claims(chains: [other.hash]), "what was started before stays dead")
        _ = try await principals.revoke(Label(checked: "alice@company.com"), because: nil, by: "op")
        #expect(
            try claims()
                == Self.claims(
                    chains: registrations + tree.map(\.hash) + [other.hash], principals: ["alice@company.com"]))
    }

    @Test("has a revoked key for ever: whoever holds it goes on signing")
    func key() async throws {
        var key = Sample.key("r", .revoked, at: place.clock.now.advanced(bySeconds: -90_000))
        key.retiredAt = place.clock.now
        try await store.change { [key] (editor) throws(Problem) in try editor.save(key) }
        let name = JSONValue.string(String(repeating: "r", count: 43))
        #expect(try claims() == Self.claims(keys: [name]))
        #expect(try claims(after: 100_000_000) == Self.claims(keys: [name]))
    }

    @Test("reaches what was passed on from the registration of a marked agent")
    func registration() async throws {
        let link = try #require(try counter.asking { try $0.registration(of: Counter.agents[0]) }).link
        let root = HandOver.Made(
            number: link.number, hash: link.hash, depth: 1, delegate: Counter.agents[0], token: tree[0].token)
        let passed = try await store.handOver(HandOver(delegate: Counter.agents[2], after: root, life: 900))[0]
        let lifecycle = AgentLifecycle(administration: store)
        _ = try await lifecycle.suspend(Counter.agents[0], because: nil, by: "op")
        _ = try await lifecycle.resume(Counter.agents[0], because: nil, by: "op")
        let agents: JSONValue = ["agent-1": now]
        #expect(
            try claims() == Self.claims(chains: tree.map(\.hash) + [other.hash, passed.hash], agents: agents))
    }
}
