import Foundation
import MandateCore
import MandateTesting
import Synchronization
import Testing

@testable import MandateStore

@Suite("What is left of quotas")
struct QuotaStatesTests {
    private static let agent = AgentID(checked: "agent-1")
    private static let other = AgentID(checked: "agent-2")
    let place: Place

    init() throws { place = try Place() }

    private func quotas(_ tokens: Int64 = 5, per period: Int64 = 50, at audiences: String...) throws -> [Quotas.Entry] {
        let quota = try #require(Quota(tokens: tokens, period: period))
        return audiences.map { Quotas.Entry(audience: AudienceID(checked: $0), quota: quota) }
    }

    /// How often it can be taken from now.
    private func room(_ store: Store, _ quotas: [Quotas.Entry], for agent: AgentID = agent) -> Int {
        var count = 0
        while count < 1000 {
            do { try store.quotas.take(from: quotas, for: agent) } catch { return count }
            count += 1
        }
        return count
    }

    private func commit(_ store: Store) async {
        let entry = LedgerEntry(LedgerRecord(at: place.clock.now, event: .tokenRefused), effect: .none)
        #expect(await store.outcomes(of: [entry]) == [.durable])
    }

    @Test("is each agent's own at each audience, and says when there is more")
    func separate() throws {
        let store = try place.open()
        let api = try quotas(at: "api")
        #expect(room(store, api) == 5 && room(store, api, for: Self.other) == 5)
        #expect(room(store, try quotas(at: "other-api")) == 5)
        #expect(throws: Refusal.quotaExceeded(AudienceID(checked: "api"), retryAfter: 10)) {
            try store.quotas.take(from: api, for: Self.agent)
        }
        place.clock.advance(bySeconds: 10)
        #expect(room(store, api) == 1)
    }

    @Test("is taken from all of several audiences, or from none")
    func allOrNone() throws {
        let store = try place.open()
        #expect(room(store, try quotas(at: "b")) == 5)
        #expect(throws: Refusal.quotaExceeded(AudienceID(checked: "b"), retryAfter: 10)) {
            try store.quotas.take(from: try quotas(at: "a", "b"), for: Self.agent)
        }
        #expect(room(store, try quotas(at: "a")) == 5)
    }

    @Test("is the same after a restart, and after a kill at any commit")
    func restarts() async throws {
        let api = try quotas(at: "api")
        let killed: Place
        do {
            let store = try place.open()
            for _ in 0..<3 { try store.quotas.take(from: api, for: Self.agent) }
            await commit(store)
            killed = try Place(copying: place)
            store.close()
        }
        #expect(room(try killed.open(), api) == 2)
        place.clock.advance(bySeconds: 10)
        #expect(room(try place.open(), api) == 3)
    }

    @Test("is on disk with the first record that follows, and with no other transaction")
    func sameTransaction() async throws {
        let store = try place.open()
        try store.quotas.take(from: try quotas(at: "api"), for: Self.agent)
        #expect(try await store.number("SELECT count(*) FROM quota") == 0)
        await commit(store)
        let wholeAt = place.clock.now.advanced(bySeconds: 10).milliseconds
        #expect(try await store.number("SELECT whole_at FROM quota") == wholeAt)
    }

    @Test("is forgotten, in memory and on disk, when nothing is missing")
    func forgotten() async throws {
        let store = try place.open()
        await commit(store)
        for number in 0..<3000 {
            try store.quotas.take(from: try quotas(at: "api"), for: AgentID(checked: "agent-\(number)"))
        }
        await commit(store)
        #expect(store.quotas.count == 3000)
        #expect(try await store.number("SELECT count(*) FROM quota") == 3000)
        for left in [1976, 952, 0] as [Int64] {
            place.clock.advance(bySeconds: 61)
            await commit(store)
            #expect(try await store.number("SELECT count(*) FROM quota") == left)
        }
        #expect(store.quotas.count == 0)
    }

    @Test("follows the quota at once, and a clock that was set back gives nothing and takes nothing away")
    func changes() throws {
        let store = try place.open()
        #expect(room(store, try quotas(5, per: 50, at: "api")) == 5)
        #expect(room(store, try quotas(100, per: 50, at: "api")) == 0)
        place.clock.advance(bySeconds: 1)
        #expect(room(store, try quotas(100, per: 50, at: "api")) == 2)
        place.clock.advance(bySeconds: -86_400)
        #expect(room(store, try quotas(100, per: 50, at: "api")) == 0)
        place.clock.advance(bySeconds: 1)
        #expect(room(store, try quotas(100, per: 50, at: "api")) == 2)
    }

    @Test("is never exceeded by eight threads")
    func threads() async throws {
        let store = try place.open()
        let many = try quotas(1000, per: 86_400, at: "a", "b")
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { room(store, many) } }
            return await group.reduce(0, +)
        }
        #expect(taken == 1000)
    }

    @Test("is written again after a commit that failed")
    func failed() throws {
        let states = QuotaStates(now: { [clock = place.clock] in clock.now })
        try states.take(from: try quotas(at: "api"), for: Self.agent)
        let first = states.changes()
        #expect(first.count == 1 && states.changes() == [])
        states.giveBack(first)
        try states.take(from: try quotas(at: "api"), for: Self.agent)
        #expect(states.changes().map(\.wholeAt) == [place.clock.now.advanced(bySeconds: 20)])
    }
}
