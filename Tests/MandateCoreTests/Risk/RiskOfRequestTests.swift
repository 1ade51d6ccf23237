import MandateTesting
import Testing

@testable import MandateCore

@Suite("The risk of a request")
struct RiskOfRequestTests {
    private static func registration(_ id: String, reports: Bool = false) throws -> Registration {
        let agent = Agent(
            id: AgentID(checked: id), type: AgentTypeID(checked: "t"), owner: Label(checked: "o"),
            mayReportRisk: reports)
        let type = AgentType(id: AgentTypeID(checked: "t"), capabilities: nil)
        return try #require(Registration(explained: agent, type, attestedAt: nil))
    }

    private func question(by client: Registration, for holder: Registration) throws -> PolicyQuestion {
        let catalogue = try #require(
            Catalogue([
                Catalogue.Entry(name: "a:read", scopeClass: .read), Catalogue.Entry(name: "a:*", scopeClass: .write),
            ]))
        let audience = Audience(id: AudienceID(checked: "inventory"), catalogue: catalogue)
        return PolicyQuestion(
            client: client, holder: holder, grant: .clientCredentials,
            targets: [PolicyQuestion.Target(audience: audience, scopes: "a:read")],
            principal: .owner(Label(checked: "o")), depth: 1, task: nil, now: .eightOClock, risk: .none)
    }

    private func habits(at audience: String) -> Baseline {
        var baseline = Baseline()
        for _ in 0..<30 { baseline.note([audience: "a:read"], worst: .admin, at: .eightOClock) }
        return baseline
    }

    @Test("is that of whoever would hold the token, or of whoever asks when that is higher")
    func both() throws {
        let (portal, worker) = (try Self.registration("portal"), try Self.registration("worker"))
        var view = FakeView()
        view.baselines = [worker.agent.id: habits(at: "inventory"), portal.agent.id: habits(at: "billing")]
        let strange = "never asked for audience inventory"
        #expect(
            try view.risk(of: question(by: portal, for: worker), reported: nil)
                == Risk(score: 40, reasons: ["client portal: \(strange)"]))
        #expect(
            try view.risk(of: question(by: worker, for: portal), reported: nil) == Risk(score: 40, reasons: [strange]))
        #expect(try view.risk(of: question(by: worker, for: worker), reported: nil) == .none)
    }

    @Test(
        "is what is reported when that is more, from an agent that may report, and is never lowered",
        arguments: [0, 19, 20, 21, 100])
    func reported(score: Int64) throws {
        let view = FakeView()
        let (gateway, other) = (try Self.registration("gateway", reports: true), try Self.registration("other"))
        #expect(
            try view.risk(of: question(by: gateway, for: gateway), reported: score)
                == Risk(score: max(20, score), reasons: ["no history", "reported by gateway: \(score)"]))
        let ignored = Risk(score: 20, reasons: ["no history"])
        #expect(try view.risk(of: question(by: other, for: other), reported: score) == ignored)
        #expect(
            try view.risk(of: question(by: other, for: gateway), reported: score)
                == Risk(score: 20, reasons: ["no history", "client other: no history"]), "the holder does not ask")
    }

    @Test("is not guessed when habits cannot be read")
    func failure() throws {
        var view = FakeView()
        view.failure = .unavailable(.registry)
        let agent = try Self.registration("gateway", reports: true)
        #expect(throws: Refusal.unavailable(.registry)) {
            try view.risk(of: question(by: agent, for: agent), reported: 100)
        }
    }

    @Test("is not asked for when no policy looks at it, and is in the record when one does")
    func needed() throws {
        var court = try Court()
        guard case .issue(let plain) = try court.judge() else { throw Misarranged() }
        #expect(try record(of: plain.entry)["risk"] == nil)
        #expect(
            plain.entry.observation
                == Observation(
                    holder: Court.client, authority: ["cloud-inventory-api": "ec2:DescribeVpcs"], worst: .read))
        var when = PolicyConditions()
        when.riskOver = 20
        court.view.rules = [
            Policy(id: PolicyID(checked: "risky"), layer: .global, when: when, effect: .deny)
        ]
        guard case .issue(let looked) = try court.judge() else { throw Misarranged() }
        #expect(try record(of: looked.entry)["risk"] == ["reasons": ["no history"], "score": 20])
        court.view.baselines[Court.client] = habits(at: "billing")
        guard case .refuse(.deniedByPolicy("risky", nil), _, let entry) = try court.judge() else { throw Misarranged() }
        let refused = try record(of: entry)
        #expect(refused["risk"] == ["reasons": ["never asked for audience cloud-inventory-api"], "score": 40])
        #expect(try JSONValue(strict: refused.canonical) == refused && entry.observation == nil)
    }

    private func record(of entry: LedgerEntry) throws -> JSONValue {
        let bytes = try #require(entry.record).record(sequence: 1, previous: nil)
        let record = try JSONValue(strict: bytes)
        #expect(record.canonical == bytes)
        return record
    }
}

@Suite("The worst class of scopes in a catalogue")
struct WorstClassTests {
    @Test("is that of all entries that they overlap, whether they are patterns or not", arguments: 1...200)
    func agrees(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let words = ["a:b", "a:b*", "a:*", "a:bc", "a:*c", "b:c", "b:*", "b:c:d", "b:c:*", "c:d"]
        let entries = words.shuffled(using: &dice).prefix(Int.random(in: 1...10, using: &dice)).compactMap { word in
            Scope(word).flatMap { scope in
                ScopeClass.allCases.randomElement(using: &dice).map { Catalogue.Entry(name: scope, scopeClass: $0) }
            }
        }
        let catalogue = try #require(Catalogue(entries))
        for word in words {
            let scope = try #require(Scope(word))
            let expected = entries.filter { $0.name.overlaps(scope) }.map(\.scopeClass).max() ?? .read
            #expect(catalogue.worstClass(of: try #require(ScopeSet([scope]))) == expected)
        }
        let all = try #require(ScopeSet(words.compactMap { Scope($0) }))
        #expect(catalogue.worstClass(of: all) == entries.map(\.scopeClass).max())
    }
}
