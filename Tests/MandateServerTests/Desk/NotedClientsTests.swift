import MandateCore
import Synchronization
import Testing

@testable import MandateServer

@Suite("Clients that get answers without a record")
struct NotedClientsTests {
    private final class Book: Ledger {
        let entries = Mutex<[LedgerEntry]>([])

        func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void) {
            self.entries.withLock { $0 += entries }
        }

        func probe(_ answer: @escaping @Sendable (Bool) -> Void) { answer(true) }
    }

    @Test("are noted once a minute each, and no more than can be remembered")
    func notes() {
        let (book, start) = (Book(), Instant(seconds: 1_800_000_000))
        var noted = NotedClients()
        let (one, other) = (ClientUse(agent: 1, secret: 1), ClientUse(agent: 1, secret: 2))
        for second in 0..<60 {
            noted.note(one, at: start.advanced(bySeconds: Int64(second)), in: book)
            noted.note(other, at: start.advanced(bySeconds: Int64(second)), in: book)
        }
        noted.note(one, at: start.advanced(bySeconds: 60), in: book)
        let entries = book.entries.withLock { $0 }
        #expect(entries.map(\.use) == [one, other, one])
        #expect(entries.allSatisfy { $0.record == nil && $0.effect == .none })
        for agent in 0..<10_000 { noted.note(ClientUse(agent: Int64(agent), secret: 1), at: start, in: book) }
        #expect(book.entries.withLock { $0.count } >= 10_000)
    }
}
