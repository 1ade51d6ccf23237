import MandateTesting
import Testing

@testable import MandateCore

@Suite("A set of policies")
struct PolicySetTests {
    private static let kind = AgentType(id: AgentTypeID(checked: "kind"))

    private func registration(_ id: String, team: String? = nil) throws -> Registration {
        let agent = Agent(
            id: AgentID(checked: id), type: Self.kind.id, owner: Label(checked: "ann"),
            team: team.map(Label.init(checked:)))
        return try #require(Registration(explained: agent, Self.kind, attestedAt: nil))
    }

    private func target(_ id: String, _ scopes: ScopeSet = "a:read") throws -> PolicyQuestion.Target {
        let entries: [Catalogue.Entry] = [
            Catalogue.Entry(name: "a:read", scopeClass: .read),
            Catalogue.Entry(name: "a:write", scopeClass: .write, sensitivity: Label(checked: "pii")),
        ]
        let audience = Audience(id: AudienceID(checked: id), catalogue: try #require(Catalogue(entries)))
        return PolicyQuestion.Target(audience: audience, scopes: scopes)
    }

    private func question(
        of client: Registration, for holder: Registration? = nil, _ targets: PolicyQuestion.Target...
    ) -> PolicyQuestion {
        PolicyQuestion(
            client: client, holder: holder ?? client, grant: .handOver, targets: targets,
            principal: .owner(Label(checked: "ann")), depth: 2, task: nil, now: .eightOClock, risk: .none)
    }

    private func policy(
        _ id: String, _ effect: PolicyEffect = .deny, _ layer: PolicyLayer = .global,
        _ obligations: PolicyObligations = .none, when: (inout PolicyConditions) -> Void = { _ in }
    ) -> Policy {
        var conditions = PolicyConditions()
        when(&conditions)
        return Policy(
            id: PolicyID(checked: id), layer: layer, when: conditions, effect: effect, obligations: obligations)
    }

    private func set(_ policies: [Policy]) throws -> PolicySet {
        try #require(PolicySet(policies, digest: PolicyDigest(stored: ""), zones: FakeZones(named: "UTC")))
    }

    @Test(
        "names the strictest, of several the one of the widest layer, and then the first by id",
        arguments: [
            ([("b", .allow, "global"), ("a", .allowWithConditions, "agent:one")], "a"),
            ([("a", .requireApproval, "global"), ("b", .deny, "agent:one")], "b"),
            ([("z", .deny, "global"), ("a", .deny, "team:red"), ("b", .deny, "type:kind")], "z"),
            ([("b", .deny, "team:red"), ("a", .deny, "type:kind")], "b"),
            ([("b", .deny, "global"), ("a", .deny, "global")], "a"), ([("a", .deny, "team:blue")], nil), ([], nil),
        ] as [([(String, PolicyEffect, String)], String?)])
    func naming(policies: [(String, PolicyEffect, String)], rule: String?) throws {
        let all = try policies.map { id, effect, layer in policy(id, effect, try #require(PolicyLayer(layer))) }
        let asked = question(of: try registration("one", team: "red"), try target("api"))
        for set in [try set(all), try set(all.reversed())] {
            #expect(try set.verdict(on: asked, counting: FakeView()).deciding?.rule == rule)
        }
    }

    @Test("is none when a zone is not known here: nothing is judged without it")
    func unknownZone() {
        let hours = WeeklyWindow(days: [.mon], from: 0, to: 60, zone: Label(checked: "Mars/Base"))
        let policies = [policy("p") { $0.outside = hours }]
        #expect(PolicySet(policies, digest: PolicyDigest(stored: ""), zones: FakeZones(named: "UTC")) == nil)
    }

    @Test("counts a token once towards a counter, whoever asks and for however many audiences")
    func countsOnce() throws {
        let limit = RateLimit(count: 5, period: 60, by: .all)
        let policies = [
            policy("all") { $0.rateOver = limit },
            policy("here") {
                $0.rateOver = limit
                $0.audiences = [AudienceID(checked: "a"), AudienceID(checked: "b")]
            },
            policy("each") {
                $0.rateOver = RateLimit(count: 5, period: 60, by: .audience)
                $0.audiences = [AudienceID(checked: "a"), AudienceID(checked: "b")]
            },
        ]
        let asked = question(
            of: try registration("one"), for: try registration("two"), try target("a"), try target("b"), try target("c")
        )
        let uses = try set(policies).verdict(on: asked, counting: FakeView()).uses
        #expect(
            uses.map(\.counter.name).sorted() == [
                "all|all|60|", "each|audience|60|a", "each|audience|60|b", "here|all|60|",
            ])
    }

    @Test("fires for whoever asks and for whoever would hold, each with its own counter")
    func bothSides() throws {
        let policies = [
            policy("rate", .deny, .team(Label(checked: "red"))) {
                $0.rateOver = RateLimit(count: 1, period: 60, by: .agent)
            }
        ]
        var view = FakeView()
        let (red, blue) = (try registration("red-one", team: "red"), try registration("blue-one", team: "blue"))
        let asked = question(of: red, for: blue, try target("api"))
        #expect(
            try set(policies).verdict(on: asked, counting: view).uses.map(\.counter.name) == ["rate|agent|60|red-one"])
        view.counted["rate|agent|60|red-one"] = 1
        let verdict = try set(policies).verdict(on: asked, counting: view)
        #expect(verdict.deciding?.rule == "rate")
        #expect(verdict.uses.map(\.limit) == [nil])
    }

    @Test("meets its conditions of scopes by one scope, and by nothing of two")
    func oneScope() throws {
        let rule = policy("p") {
            $0.scopes = "a:read"
            $0.classes = [.write]
        }
        let asked = { (scopes: ScopeSet) in
            question(of: try registration("one"), try target("api", scopes))
        }
        let set = try set([rule])
        #expect(try set.verdict(on: asked("a:read a:write"), counting: FakeView()).deciding == nil)
        #expect(try set.verdict(on: asked("a:*"), counting: FakeView()).deciding?.rule == "p")
        #expect(try set.trace(of: asked("a:write"), counting: FakeView()).map(\.unmet) == [.scopes])
        #expect(try set.trace(of: asked("a:write a:read"), counting: FakeView()).map(\.unmet) == [.classes])
    }

    @Test("cannot be judged where its counters cannot be read")
    func unreadable() throws {
        var view = FakeView()
        view.failure = .unavailable(.registry)
        let policies = [policy("rate", .allow) { $0.rateOver = RateLimit(count: 1, period: 60, by: .agent) }]
        let asked = question(of: try registration("one"), try target("api"))
        #expect(throws: Refusal.unavailable(.registry)) { try set(policies).verdict(on: asked, counting: view) }
    }

    @Test("asks of a list of names the same, however long it is", arguments: [1, 4, 5, 300])
    func names(count: Int) {
        let list = NameList(Set((1...count).map { AgentID(checked: "agent-\($0)") }))
        #expect((1...count).allSatisfy { list.contains(AgentID(checked: "agent-\($0)")) })
        #expect(!list.contains(AgentID(checked: "agent-0")) && !list.contains(nil as AgentID?))
    }

    @Test(
        "denies by the rule that leaves nothing, or that asks for what there is not, before a person is asked",
        arguments: [
            (["a": PolicyObligations(narrowTo: ["a:read"]), "b": PolicyObligations(narrowTo: ["a:write"])], "b"),
            (["a": PolicyObligations(narrowTo: ["b:read"]), "b": PolicyObligations(narrowTo: ["a:write"])], "a"),
            (["a": PolicyObligations(maxLifetime: 60), "b": PolicyObligations(required: [.dpop])], "b"),
        ] as [([String: PolicyObligations], String)])
    func emptied(obligations: [String: PolicyObligations], rule: String) throws {
        let policies = obligations.map { policy($0.key, .allowWithConditions, .global, $0.value) }
        let held = policy("held", .requireApproval)
        let asked = question(of: try registration("one"), try target("api", "a:read a:write"))
        let verdict = try set(policies + [held]).verdict(on: asked, counting: FakeView())
        let refusal = #expect(throws: Refusal.self) {
            _ = try Ruling(on: ["api": "a:read a:write"], verdict, approval: nil)
        }
        #expect(refusal?.rule == rule && refusal?.reason == "denied_by_policy")
    }
}
