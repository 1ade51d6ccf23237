import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("The ledger's writer")
struct GroupCommitTests {
    private let directory: DataDirectory
    private let store: Store

    init() throws {
        directory = try DataDirectory()
        store = try directory.open()
    }

    /// Whether the records in the table are numbered without a gap and each names the hash of the one before.
    private func isIntact() throws -> Bool {
        var previous: JSONValue = .null
        for (index, record) in try directory.records().enumerated() {
            let json = try JSONValue(strict: record)
            guard json["seq"] == .integer(Int64(index + 1)), json["prev"] == previous, json.canonical == record
            else { return false }
            previous = .string("sha256:" + Hex.encode(try OpenSSLDigests().sha256([0] + record)))
        }
        return true
    }

    @Test("does not write a token that was judged under another registry, and says so in its place")
    func staleEpoch() async throws {
        try await store.register()
        let link = try #require(try store.registration()).link.number
        let epoch = try store.epoch
        let stale = [Epoch(epoch.number - 1), Epoch(epoch.number + 1)]
        let entries: [LedgerEntry] = [
            .refusal("a"), .token(under: stale[0], link: link), .token(under: epoch, link: link),
            .token(under: stale[1], link: link), .refusal("b"),
        ]
        #expect(await store.ledger.append(entries) == [.durable, .judgeAgain, .durable, .judgeAgain, .durable])
        let events = try directory.records().map { try JSONValue(strict: $0)["event"]?.string }
        #expect(events == ["token.refused", "token.issued", "token.refused"])
        #expect(try isIntact())
    }

    @Test("issues nothing while the clock is more than five seconds behind the last record, and still records refusals")
    func clockGoesBack() async throws {
        try await store.register()
        let link = try #require(try store.registration()).link.number
        let epoch = try store.epoch
        func token(_ milliseconds: Int64) -> LedgerEntry {
            .token(
                under: epoch, link: link, at: Instant(milliseconds: Instant.eightOClock.milliseconds + milliseconds))
        }
        let outcomes = await store.ledger.append([
            token(0), token(-5000), token(-5001), .refusal(at: Instant(seconds: 0)), token(-5001), token(-4999),
        ])
        let refused = LedgerOutcome.refused(.unavailable(.clockWentBackwards))
        #expect(outcomes == [.durable, .durable, refused, .durable, refused, .durable])
        #expect(await store.ledger.append([token(60_000), token(0)]) == [.durable, refused])
        #expect(try directory.records().count == 5)
    }

    @Test("takes no more than can wait, and nothing after it was closed")
    func bounded() async throws {
        let full = LedgerOutcome.refused(.unavailable(.overloaded))
        let many = [LedgerEntry](repeating: .refusal(), count: 8193)
        #expect(await store.ledger.append(many) == [LedgerOutcome](repeating: full, count: 8193))
        #expect(await store.ledger.append([.refusal()]) == [.durable])
        store.close()
        #expect(await store.ledger.append([.refusal(), .refusal()]) == [full, full])
        await #expect(throws: Problem(.unavailable, "the service is stopping")) { try await store.register() }
        #expect(try directory.records().count == 1)
    }

    @Test("writes nothing of a group when one of its records cannot be written")
    func wholeGroups() async throws {
        let epoch = try store.epoch
        let lost = LedgerOutcome.refused(.unavailable(.ledger))
        #expect(await store.ledger.append([.refusal(), .token(under: epoch, link: 99)]) == [lost, lost])
        #expect(try directory.records() == [])
        #expect(await store.ledger.append([.refusal()]) == [.durable])
        #expect(try isIntact())
    }

    @Test("chains what eight tasks append at once, without a gap")
    func concurrency() async throws {
        let ledger = store.ledger
        let outcomes = await withTaskGroup(of: [LedgerOutcome].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var outcomes: [LedgerOutcome] = []
                    for batch in 0..<100 {
                        outcomes += await ledger.append((0..<10).map { .refusal("\(task) \(batch) \($0)") })
                    }
                    return outcomes
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes == [LedgerOutcome](repeating: .durable, count: 8000))
        #expect(try directory.records().count == 8000)
        #expect(try isIntact())
        let reasons = try directory.records().compactMap { try JSONValue(strict: $0)["reason"]?.string }
        #expect(Set(reasons).count == 8000)
        let first = reasons.filter { $0.hasPrefix("0 ") }
        #expect(first == (0..<100).flatMap { batch in (0..<10).map { "0 \(batch) \($0)" } })
    }

    @Test("keeps every byte of a record, NUL and beyond ASCII too")
    func texts() async throws {
        let text = "\u{0}a\u{1}\"\\é🙂\u{10FFFF}\u{2028}"
        _ = await store.ledger.append([.refusal(text), .refusal(text)])
        #expect(try directory.records().map { try JSONValue(strict: $0)["reason"] } == [.string(text), .string(text)])
        #expect(try isIntact())
        #expect(
            try store.reading { (reader) throws(Problem) in try reader.latestRecords(1) }
                == directory.records().suffix(1))
    }

    @Test("can tell that it can write")
    func probe() async {
        #expect(await withCheckedContinuation { answer in store.ledger.probe { answer.resume(returning: $0) } })
        store.close()
        #expect(await !withCheckedContinuation { answer in store.ledger.probe { answer.resume(returning: $0) } })
    }
}
