import MandateCore
import MandateTesting
import Testing

@Suite("The tally of failures")
struct FailureTallyTests {
    private let client = AgentID(checked: "agent-1")

    private func text(_ record: LedgerRecord?) -> String? {
        record.map { record in
            String(
                decoding: record.pieces.record(sequence: 1, previous: nil), as: UTF8.self)
        }
    }

    private func expected(_ agent: String, at: String, count: Int, reason: String, sources: String) -> String {
        #"{"agent_id":"\#(agent)","agent_type":null,"agent_version":null,"approval":null,"at":"\#(at)","#
            + #""audience":null,"chain":null,"chain_hash":null,"count":\#(count),"decision":"DENY","#
            + #""event":"auth.failed","exp":null,"granted":null,"jti":null,"policy":null,"prev":null,"#
            + #""principal":null,"reason":"\#(reason)","request_id":null,"requested":null,"rule":"authentication","#
            + #""seq":1,"source":null,"sources":[\#(sources)],"task_id":null}"#
    }

    @Test("is one record at once and one total a minute, for a hundred thousand failures")
    func flood() {
        var tally = FailureTally()
        var records: [LedgerRecord] = []
        for step in 0..<100_000 {
            let now = Instant(milliseconds: Instant.eightOClock.milliseconds + Int64(step) * 2)
            if let first = tally.note(.clientAuthenticationFailed, client: client, address: "192.0.2.1", at: now) {
                records.append(first)
            }
            if step % 500 == 499 { records += tally.totals(at: now) }
        }
        records += tally.remainder(at: .eightOClock.advanced(bySeconds: 200))
        #expect(records.count == 5)
        #expect(records.map { $0.failures ?? 0 }.reduce(0, +) == 100_000)
    }

    @Test("tells 256 clients apart, and counts all others as unknown")
    func bounded() {
        var tally = FailureTally()
        let ids = (0..<10_000).map { AgentID(checked: "agent-\($0)") }
        let first = ids.compactMap {
            tally.note(.clientAuthenticationFailed, client: $0, address: "a", at: .eightOClock)
        }
        #expect(first.compactMap(\.agentID) == ids.prefix(256).map(\.rawValue) + ["unknown"])
        let totals = tally.totals(at: .eightOClock.advanced(bySeconds: 60))
        #expect(totals.map(\.agentID) == ["unknown"])
        #expect(totals.map(\.failures) == [9743])
    }

    @Test("keeps the first eight addresses and says when the reasons were several")
    func sources() {
        var tally = FailureTally()
        _ = tally.note(.clientAuthenticationFailed, client: nil, address: "first", at: .eightOClock)
        for number in 0..<9 {
            let refusal: Refusal = number == 0 ? .malformedRequest(.body) : .clientAuthenticationFailed
            _ = tally.note(refusal, client: nil, address: "198.51.100.\(number)", at: .eightOClock)
        }
        let totals = tally.totals(at: .eightOClock.advanced(bySeconds: 60))
        let addresses = (0..<8).map { "\"198.51.100.\($0)\"" }.joined(separator: ",")
        #expect(
            totals.map { text($0) } == [
                expected("unknown", at: "2027-01-15T08:01:00.000Z", count: 9, reason: "several", sources: addresses)
            ])
    }

    @Test("writes the first failure at once, with its client, reason and address")
    func first() {
        var tally = FailureTally()
        let record = tally.note(
            .clientAuthenticationFailed, client: client, address: "192.0.2.1\"\n", at: .eightOClock)
        #expect(
            text(record)
                == expected(
                    "agent-1", at: "2027-01-15T08:00:00.000Z", count: 1, reason: "client_authentication_failed",
                    sources: #""192.0.2.1\"\n""#))
    }

    @Test("says nothing before the minute is over, and nothing of a quiet minute; then a failure is a first one again")
    func minutes() {
        var tally = FailureTally()
        let note = { (tally: inout FailureTally, second: Int64) in
            tally.note(
                .clientAuthenticationFailed, client: nil, address: "a", at: .eightOClock.advanced(bySeconds: second))
        }
        #expect(note(&tally, 0) != nil)
        #expect(note(&tally, 59) == nil)
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 59)).isEmpty)
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 60)).map(\.failures) == [1])
        #expect(note(&tally, 61) == nil)
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 120)).map(\.failures) == [1])
        #expect(tally.totals(at: .eightOClock.advanced(bySeconds: 180)).isEmpty)
        #expect(tally.remainder(at: .eightOClock.advanced(bySeconds: 180)).isEmpty)
        #expect(note(&tally, 181) != nil)
    }
}
