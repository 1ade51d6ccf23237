import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("Reading the ledger by filter")
struct LedgerExcerptTests {
    private func entry(_ event: LedgerEvent, agent: String? = nil, at seconds: Int64, size: Int = 0) -> LedgerEntry {
        var record = LedgerRecord(at: Instant(seconds: seconds), event: event)
        record.agentID = agent
        record.reason = size == 0 ? nil : String(repeating: "x", count: size)
        return LedgerEntry(record, effect: .none)
    }

    private func excerpt(_ store: Store, _ query: LedgerQuery) throws -> LedgerExcerpt {
        try store.reading { (reader) throws(Problem) in try reader.excerpt(query) }
    }

    @Test("answers what passes, in order, in pages that join without a gap")
    func pages() async throws {
        let place = try Place()
        let store = try place.open()
        _ = await store.outcomes(of: (1...100).map { entry(.tokenRefused, agent: "agent-\($0 % 3)", at: $0) })
        var query = LedgerQuery(after: 10, limit: 7, filter: LedgerFilter(agent: AgentID("agent-1")))
        var found: [Int64] = []
        repeat {
            let page = try excerpt(store, query)
            found += page.records.map(\.sequence)
            #expect(page.records.count <= 7)
            guard let next = page.next else { break }
            #expect(next > query.after)
            query.after = next
        } while true
        let expected = (Int64(11)...100).filter { $0 % 3 == 1 }
        #expect(found == expected)
        store.close()
    }

    @Test("looks at no more than 50,000 records at once, and says where to look on")
    func isBounded() async throws {
        let place = try Place()
        let store = try place.open()
        for part in 0..<14 {
            let entries = (0..<4000).map { entry(.tokenRefused, agent: "agent-\(part)", at: Int64($0)) }
            #expect(await store.outcomes(of: entries).allSatisfy { $0 == .durable })
        }
        let query = LedgerQuery(after: 0, limit: 10, filter: LedgerFilter(agent: AgentID("agent-13")))
        let first = try excerpt(store, query)
        let next = try #require(first.next)
        #expect(first.records.isEmpty && (1...50_000).contains(next))
        var (position, found): (Int64?, [Int64]) = (next, [])
        while let after = position, found.isEmpty {
            let page = try excerpt(store, LedgerQuery(after: after, limit: 10, filter: query.filter))
            found = page.records.map(\.sequence)
            position = page.next
        }
        #expect(found == Array(52_001...52_010))
        #expect(
            try store.reading { (reader) throws(Problem) in
                try reader.latestRecords(2, matching: LedgerFilter(agent: AgentID("agent-12")))
            }.map(\.sequence) == [51_999, 52_000])
        store.close()
    }

    @Test("holds no more bytes than asked for, and a longer record alone")
    func sizes() async throws {
        let place = try Place()
        let store = try place.open()
        _ = await store.outcomes(of: [100, 100, 5000, 100].map { entry(.tokenRefused, at: 1, size: $0) })
        var (position, pages): (Int64?, [[Int64]]) = (0, [])
        while let after = position {
            let page = try excerpt(store, LedgerQuery(after: after, limit: 10, size: 1500))
            pages.append(page.records.map(\.sequence))
            position = page.next
        }
        #expect(pages == [[1, 2], [3], [4]])
        store.close()
    }

    /// Refusals are recorded whatever the clock says; issuances never more than five seconds behind.
    @Test(
        "finds every record since a time, also where the clock was set back or ahead",
        arguments: [1, 2, 3, 4] as [UInt64])
    func since(seed: UInt64) async throws {
        let place = try Place()
        let store = try place.open()
        var generator = SeededGenerator(seed: seed)
        var times: [Int64] = []
        var (clock, latest): (Int64, Int64) = (30_000, 30_000)
        var entries: [LedgerEntry] = []
        for _ in 0..<6000 {
            switch Int.random(in: 0..<2000, using: &generator) {
            case 0: clock -= 3000
            case 1: clock += 3000
            default: clock += Int64.random(in: 0...2, using: &generator)
            }
            let isIssued = clock >= latest - 5 && Int.random(in: 0..<4, using: &generator) > 0
            entries.append(entry(isIssued ? .tokenIssued : .tokenRefused, at: clock))
            times.append(clock)
            latest = max(latest, clock)
        }
        #expect(await store.outcomes(of: entries).allSatisfy { $0 == .durable })
        for time in stride(from: Int64(15_000), through: latest + 10, by: 997) {
            var (position, found): (Int64?, [Int64]) = (0, [])
            while let after = position {
                let filter = LedgerFilter(since: Instant(seconds: time))
                let page = try excerpt(store, LedgerQuery(after: after, limit: 5000, filter: filter))
                found += page.records.map(\.sequence)
                position = page.next
            }
            let expected = times.indices.filter { times[$0] >= time }.map { Int64($0 + 1) }
            #expect(found == expected)
        }
        store.close()
    }

    @Test("of an empty ledger finds nothing and is at its end")
    func empty() throws {
        let place = try Place()
        let store = try place.open()
        let query = LedgerQuery(after: 0, limit: 10, filter: LedgerFilter(since: Instant(seconds: 5)))
        #expect(try excerpt(store, query) == LedgerExcerpt(records: [], next: nil))
        store.close()
    }
}
