import MandateCore
import Synchronization
import Testing

@testable import MandateStore

@Suite("The writer of the ledger")
struct LedgerWriterTests {
    let place: Place
    let store: Store
    let link: Int64

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader)])
        link = try #require(try store.registration(of: Sample.reader)).link.number
    }

    private func token(_ request: String, under epoch: Epoch) -> LedgerEntry {
        .token(request, link: link, under: epoch, at: place.clock.now)
    }

    @Test("answers once an entry, in order; what was judged under another epoch leaves no record")
    func order() async throws {
        let now = try store.epoch()
        let (past, future) = (Epoch(now.number - 1), Epoch(now.number + 1))
        let outcomes = await store.outcomes(of: [
            token("a", under: now), token("b", under: past), .refusal("c", at: place.clock.now),
            token("d", under: future), token("e", under: now),
        ])
        #expect(outcomes == [.durable, .judgeAgain, .durable, .judgeAgain, .durable])
        let records = try store.records()
        #expect(records.map(\.requestID) == ["a", "c", "e"])
        #expect(try records.firstBreak() == nil)
    }

    @Test("answers nothing with nothing")
    func empty() async throws {
        #expect(await store.outcomes(of: []) == [])
        #expect(try store.records().isEmpty)
    }

    @Test("raises the epoch with every change, and with no record")
    func epoch() async throws {
        let before = try store.epoch()
        _ = await store.outcomes(of: [token("a", under: before)])
        #expect(try store.epoch() == before)
        try await store.change { _ in }
        #expect(try store.epoch() == Epoch(before.number + 1))
        #expect(await store.outcomes(of: [token("b", under: before)]) == [.judgeAgain])
    }

    @Test("sheds what its queue cannot hold without waiting, and still lets operators through")
    func overload() async throws {
        let gate = Gate()
        let held = Task { [store] in try await store.change { _ in gate.pass() } }
        await gate.reached()
        let released = Mutex<[LedgerOutcome]>([])
        let full = (0..<8192).map { LedgerEntry.refusal("waiting \($0)", at: place.clock.now) }
        store.ledger.append(full) { outcomes in released.withLock { $0 = outcomes } }
        let shed = Mutex<[LedgerOutcome]>([])
        for request in ["x", "y"] {
            store.ledger.append([.refusal(request, at: place.clock.now)]) { outcomes in
                shed.withLock { $0 += outcomes }
            }
        }
        #expect(shed.withLock { $0 } == [.refused(.unavailable(.overloaded)), .refused(.unavailable(.overloaded))])
        #expect(released.withLock { $0 }.isEmpty)
        let breakGlass = Task { [store, place] in
            try await store.change { (editor) throws(Problem) in
                try editor.append(LedgerRecord(at: place.clock.now, event: .agentSuspended))
            }
        }
        // Nothing tells from outside that a change is in the queue; it gets there in a moment.
        try await Task.sleep(for: .milliseconds(200))
        gate.open()
        try await held.value
        try await breakGlass.value
        #expect(await store.outcomes(of: [.refusal("after", at: place.clock.now)]) == [.durable])
        #expect(released.withLock { $0 } == full.map { _ in .durable })
        let records = try store.records()
        #expect(records.count == 8194 && records.first?.event == .agentSuspended)
        #expect(try records.firstBreak() == nil)
    }

    @Test("refuses more at once than its queue could ever hold")
    func oversized() async throws {
        let entries = (0..<8193).map { LedgerEntry.refusal("\($0)", at: place.clock.now) }
        #expect(await store.outcomes(of: entries) == entries.map { _ in .refused(.unavailable(.overloaded)) })
        #expect(await store.outcomes(of: [entries[0]]) == [.durable])
    }

    @Test("commits what waits before it ends, and refuses everything afterwards")
    func close() async throws {
        let gate = Gate()
        let held = Task { [store] in try await store.change { _ in gate.pass() } }
        await gate.reached()
        let waiting = Mutex<[LedgerOutcome]>([])
        store.ledger.append([.refusal("waiting", at: place.clock.now)]) { outcomes in
            waiting.withLock { $0 = outcomes }
        }
        gate.open()
        store.close()
        try await held.value
        #expect(waiting.withLock { $0 } == [.durable])
        let late = await store.outcomes(of: [token("late", under: try store.epoch())])
        #expect(late == [.refused(.unavailable(.overloaded))])
        await #expect(throws: Problem(.unavailable, "the service is stopping")) { try await store.change { _ in } }
        #expect(await store.isHealthy() == false)
        store.close()
        #expect(try store.records().map(\.requestID) == ["waiting"])
    }

    @Test("says whether it could write, without a record")
    func probe() async throws {
        #expect(await store.isHealthy())
        #expect(try store.records().isEmpty)
    }
}
