import MandateCore
import Testing

@testable import MandateStore

@Suite("What is noted of use")
struct ClientUsesTests {
    let place: Place
    let store: Store

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader), Sample.agent(Sample.writer)])
        try await store.change { (editor) throws(Problem) in
            _ = try editor.addSecret(hash: [UInt8](repeating: 1, count: 32), to: Sample.reader)
            _ = try editor.addSecret(hash: [UInt8](repeating: 2, count: 32), to: Sample.reader)
        }
    }

    /// What the store says a client is that presents the secret.
    private func use(_ secret: Int64) async throws -> ClientUse {
        ClientUse(
            agent: try #require(try await store.number("SELECT number FROM agent WHERE id = 'agent-reader'")),
            secret: secret)
    }

    private func used() throws -> [Instant?] {
        let entry = try #require(try store.entry(Sample.reader))
        return [entry.lastActiveAt] + entry.secrets.map(\.lastUsedAt)
    }

    private func minute() -> Instant { Instant(seconds: place.clock.now.seconds / 60 * 60) }

    @Test("is the minute an agent was last here, and of each secret")
    func notes() async throws {
        #expect(try used() == [nil, nil, nil])
        place.clock.advance(bySeconds: 59)
        let first = minute()
        #expect(await store.outcomes(of: [LedgerEntry(use: try use(1), at: place.clock.now)]) == [.durable])
        #expect(try used() == [first, first, nil])
        place.clock.advance(bySeconds: 3600)
        let second = minute()
        _ = await store.outcomes(of: [LedgerEntry(use: try use(2), at: place.clock.now)])
        #expect(try used() == [second, first, second])
        #expect(try store.entry(Sample.writer)?.lastActiveAt == nil)
        #expect(try store.records().allSatisfy { $0.event != .tokenIssued }, "a note is no record")
    }

    @Test("comes with a record, whatever was decided")
    func withRecord() async throws {
        var record = LedgerRecord(at: place.clock.now, event: .tokenRefused)
        record.use = try await use(1)
        _ = await store.outcomes(of: [LedgerEntry(record, effect: .none)])
        #expect(try used() == [minute(), minute(), nil])
    }

    @Test("does not come with what is judged again, or goes back with the clock")
    func notCommitted() async throws {
        let stale = Epoch(try store.epoch().number - 1)
        var record = LedgerRecord(at: place.clock.now, event: .tokenIssued)
        record.use = try await use(1)
        let entry = LedgerEntry(record, effect: .token(judgedUnder: stale, link: 1, expiry: place.clock.now))
        #expect(await store.outcomes(of: [entry]) == [.judgeAgain])
        #expect(try used() == [nil, nil, nil])
        let now = minute()
        _ = await store.outcomes(of: [
            LedgerEntry(use: try use(1), at: now), LedgerEntry(use: try use(2), at: now.advanced(bySeconds: -3)),
        ])
        #expect(try used() == [now, now, now.advanced(bySeconds: -60)])
    }

    @Test("survives a restart and a change of the record, and is gone with the secret")
    func kept() async throws {
        _ = await store.outcomes(of: [LedgerEntry(use: try use(1), at: place.clock.now)])
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.agent(Sample.reader, status: .suspended))
            _ = try editor.removeSecret(1, of: Sample.reader)
            _ = try editor.addSecret(hash: [UInt8](repeating: 3, count: 32), to: Sample.reader)
        }
        #expect(try used() == [minute(), nil, nil])
    }
}
