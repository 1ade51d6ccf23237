import MandateTesting
import Testing

@testable import MandateCore

@Suite("The tally of used-up quotas")
struct QuotaTallyTests {
    private static let api = AudienceID(checked: "api")

    private func refusal(of agent: String, from address: String = "192.0.2.1", at now: Instant) throws -> LedgerRecord {
        let agent = Agent(
            id: AgentID(checked: agent), type: AgentTypeID(checked: "kind"), owner: Label(checked: "alice"))
        let chain = try #require(ChainHash(bytes: [UInt8](repeating: 1, count: 32)))
        var record = LedgerRecord(at: now, event: .tokenRefused)
        record.client = Registration(
            agent: agent, type: AgentType(id: agent.type), link: StoredLink(number: 1, hash: chain, document: []))
        record.source = LedgerRecord.Source(address: address, method: nil)
        return record
    }

    @Test("records the first of an agent at an audience, and one total a minute of a hundred thousand")
    func flood() throws {
        var tally = QuotaTally()
        var (firsts, totals): (Int, [LedgerRecord]) = (0, [])
        for step in 0..<100_000 {
            let now = Instant(milliseconds: Instant.eightOClock.milliseconds + Int64(step) * 2)
            if tally.isFirst(try refusal(of: "agent-1", at: now), at: Self.api) { firsts += 1 }
            if step % 500 == 499 { totals += tally.totals(at: now) }
        }
        totals += tally.remainder(at: .eightOClock.advanced(bySeconds: 200))
        #expect(firsts == 1 && totals.count == 4)
        #expect(totals.reduce(0) { $0 + ($1.failures ?? 0) } == 99_999)
        #expect(tally.remainder(at: .eightOClock).isEmpty)
    }

    @Test("says who, where, how often and where from")
    func total() throws {
        var tally = QuotaTally()
        for number in 0..<12 {
            _ = tally.isFirst(try refusal(of: "agent-1", from: "198.51.100.\(number)", at: .eightOClock), at: Self.api)
        }
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 59)).isEmpty)
        let total = try #require(tally.totals(at: .eightOClock.advanced(bySeconds: 60)).first)
        let sources = ["1", "2", "3", "4", "5", "6", "7", "8"].map { "\"198.51.100.\($0)\"" }.joined(separator: ",")
        #expect(
            String(decoding: total.pieces.record(sequence: 1, previous: nil), as: UTF8.self)
                == #"{"agent_id":"agent-1","agent_type":"kind","agent_version":null,"approval":null,"#
                + #""at":"2027-01-15T08:01:00.000Z","audience":"api","chain":null,"chain_hash":null,"count":11,"#
                + #""decision":"DENY","event":"token.refused","exp":null,"granted":null,"jti":null,"policy":null,"#
                + #""prev":null,"principal":null,"reason":"quota_exceeded","request_id":null,"requested":null,"#
                + #""rule":"quota","seq":1,"source":null,"sources":[\#(sources)],"task_id":null}"#)
    }

    @Test("has room for so many agents and audiences, and counts all others together")
    func bounded() throws {
        var tally = QuotaTally()
        var firsts = 0
        for number in 0..<10_000 {
            if tally.isFirst(try refusal(of: "agent-\(number)", at: .eightOClock), at: Self.api) { firsts += 1 }
        }
        #expect(firsts == QuotaTally.capacity + 1)
        let totals = tally.totals(at: .eightOClock.advanced(bySeconds: 60))
        #expect(totals.map { $0.agent?.id } == [nil] && totals.map(\.audience) == [nil])
        #expect(totals.map(\.failures) == [Int64(10_000 - QuotaTally.capacity - 1)])
    }

    @Test("counts again what could not be written, and is quiet after a quiet minute")
    func givesBack() throws {
        var tally = QuotaTally()
        for _ in 0..<3 { _ = tally.isFirst(try refusal(of: "agent-1", at: .eightOClock), at: Self.api) }
        let lost = tally.totals(at: .eightOClock.advanced(bySeconds: 60))
        for record in lost { tally.giveBack(record) }
        _ = tally.isFirst(try refusal(of: "agent-1", at: .eightOClock.advanced(bySeconds: 70)), at: Self.api)
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 120)).map(\.failures) == [3])
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 180)).isEmpty)
        #expect(tally.isFirst(try refusal(of: "agent-1", at: .eightOClock.advanced(bySeconds: 190)), at: Self.api))
    }
}
