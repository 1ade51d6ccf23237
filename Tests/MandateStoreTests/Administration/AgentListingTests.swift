import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("A list of agents")
struct AgentListingTests {
    let place: Place
    let store: Store
    static let day: Int64 = 86_400

    init() throws {
        place = try Place()
        store = try place.open()
    }

    private func pages(_ filter: AgentFilter) throws -> [[AgentID]] {
        var (filter, pages) = (filter, [[AgentID]]())
        while true {
            let page = try store.reading { (registry) throws(Problem) in try registry.agents(filter) }
            pages.append(page.entries.map(\.agent.id))
            guard let next = page.next else { return pages }
            #expect(filter.after.map { $0 < next } ?? true, "a list moves on")
            filter.after = next
        }
    }

    private func use(_ agent: AgentID) async throws {
        let number = try #require(try await store.number("SELECT number FROM agent WHERE id = '\(agent.rawValue)'"))
        _ = await store.outcomes(of: [LedgerEntry(use: ClientUse(agent: number, secret: 1), at: place.clock.now)])
    }

    @Test("of unused ones holds who is active, and was neither registered nor used for that long")
    func unused() async throws {
        let ids = ["stale", "used", "suspended", "decommissioned", "resumed"].map { AgentID(checked: $0) }
        try await store.register(ids.map { Sample.agent($0) })
        try await use(ids[1])
        let unused = AgentFilter(unusedFor: Self.day)
        #expect(try pages(unused) == [[]], "just registered")
        place.clock.advance(bySeconds: Self.day)
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.agent(ids[2], status: .suspended))
            try editor.save(Sample.agent(ids[3], status: .decommissioned))
            try editor.save(Sample.agent(ids[4], status: .suspended))
            try editor.save(Sample.agent(ids[4]))
            try editor.save(Sample.agent(AgentID(checked: "new")))
        }
        // Use is known to the minute: "used" may have been used 59 seconds later.
        #expect(try pages(unused) == [[ids[4], ids[0]]])
        place.clock.advance(bySeconds: 60)
        #expect(try pages(unused) == [[ids[4], ids[0], ids[1]]])
        try await use(ids[0])
        #expect(try pages(unused) == [[ids[4], ids[1]]])
        #expect(try pages(AgentFilter(status: .suspended, unusedFor: Self.day)) == [[]])
        #expect(try pages(AgentFilter(unusedFor: .max)) == [[]])
        #expect(try pages(AgentFilter(unusedFor: 0)).joined().count == 3, "all but who was used this minute")
    }

    @Test("is the same through every index, and ends, however many agents a page looks at in vain")
    func model() async throws {
        let owners = [Label(checked: "alice@company.com"), Label(checked: "bob@company.com")]
        let teams = [nil, Label(checked: "a"), Label(checked: "b")]
        var random = SeededGenerator(seed: 7)
        let agents = (0..<6000).map { index in
            Agent(
                id: AgentID(checked: "agent-\(String(index * 7919 % 6000 + 10_000))"), type: Sample.type.id,
                owner: owners[index % 97 == 0 ? 1 : 0], team: teams[Int.random(in: 0...2, using: &random)],
                status: AgentStatus.allCases[index % 50 == 0 ? 1 : 0])
        }
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.type)
            for agent in agents { try editor.save(agent) }
        }
        place.clock.advance(bySeconds: Self.day)
        let filters = [
            AgentFilter(limit: 1000), AgentFilter(team: teams[1], limit: 700),
            AgentFilter(owner: owners[0], limit: 1000),
            AgentFilter(status: .suspended, team: teams[2], owner: owners[0], limit: 10),
            AgentFilter(type: Sample.type.id, status: .suspended, owner: owners[1]),
            AgentFilter(owner: owners[1], unusedFor: Self.day), AgentFilter(team: teams[1], unusedFor: Self.day),
            AgentFilter(status: .decommissioned, team: teams[1]), AgentFilter(status: .active, limit: 500),
            AgentFilter(unusedFor: 2 * Self.day),
        ]
        for filter in filters {
            let expected = agents.filter { agent in
                (filter.type.map { $0 == agent.type } ?? true) && (filter.status.map { $0 == agent.status } ?? true)
                    && (filter.team.map { $0 == agent.team } ?? true)
                    && (filter.owner.map { $0 == agent.owner } ?? true)
                    && (filter.unusedFor.map { $0 <= Self.day && agent.status == .active } ?? true)
            }
            let pages = try pages(filter)
            #expect(Array(pages.joined()) == expected.map(\.id).sorted())
            #expect(pages.allSatisfy { $0.count <= filter.limit })
        }
    }
}
