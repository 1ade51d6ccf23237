import MandateCore
import Testing

@testable import MandateStore

@Suite("A cut")
struct CutTests {
    let place: Place
    let store: Store

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader), Sample.agent(Sample.writer)])
    }

    /// Issues one token for each lifetime.
    private func issue(_ lifetimes: [Int64], to agent: AgentID = Sample.reader) async throws {
        let (epoch, link) = (try store.epoch(), try #require(try store.registration(of: agent)).link.number)
        let entries = lifetimes.map { seconds in
            LedgerEntry.token("t", link: link, under: epoch, at: place.clock.now, livingFor: seconds)
        }
        #expect(await store.outcomes(of: entries) == entries.map { _ in .durable })
    }

    private func cut(_ agent: AgentID = Sample.reader) async throws -> Cut {
        try await store.changing { (editor) throws(Problem) in try editor.cut(agent) }
    }

    @Test("counts live tokens and the latest expiry, once")
    func counts() async throws {
        try await issue([60, 300, 300])
        try await issue([900, 10])
        try await issue([3600], to: Sample.writer)
        let latest = place.clock.now.advanced(bySeconds: 900)
        #expect(try await cut() == Cut(tokens: 5, latestExpiry: latest))
        #expect(try await cut() == Cut())
        #expect(try await cut(Sample.writer).tokens == 1)
        #expect(try await cut(AgentID(checked: "nobody")) == Cut())
    }

    @Test("does not count what has expired, in this very second included")
    func expired() async throws {
        try await issue([10, 60, 61])
        place.clock.advance(bySeconds: 60)
        #expect(try await cut() == Cut(tokens: 1, latestExpiry: place.clock.now.advanced(bySeconds: 1)))
        try await issue([10])
        place.clock.advance(bySeconds: 3600)
        #expect(try await cut() == Cut())
    }

    @Test("does not count what was judged again")
    func judgedAgain() async throws {
        let (epoch, link) = (try store.epoch(), try #require(try store.registration(of: Sample.reader)).link.number)
        try await store.change { _ in }
        let late = LedgerEntry.token("late", link: link, under: epoch, at: place.clock.now)
        #expect(await store.outcomes(of: [late]) == [.judgeAgain])
        #expect(try await cut() == Cut())
    }

    @Test("reaches tokens under links that are no longer current")
    func olderLinks() async throws {
        try await issue([60])
        try await store.register([Sample.agent(Sample.reader)])
        try await issue([90])
        #expect(try await cut().tokens == 2)
    }

    @Test("of a type is the sum over its agents")
    func ofType() async throws {
        try await issue([60, 60])
        try await issue([900], to: Sample.writer)
        let latest = place.clock.now.advanced(bySeconds: 900)
        let cut = try await store.changing { (editor) throws(Problem) in try editor.cut(type: Sample.type.id) }
        #expect(cut == Cut(tokens: 3, latestExpiry: latest))
        #expect(try await self.cut() == Cut())
    }

    @Test("is not made when the change it belongs to is taken back")
    func takenBack() async throws {
        try await issue([60])
        await #expect(throws: Problem.self) {
            try await store.change { (editor) throws(Problem) in
                _ = try editor.cut(Sample.reader)
                throw Problem(.invalid, "no")
            }
        }
        #expect(try await cut().tokens == 1)
    }

    @Test("finds what was issued before a restart")
    func restart() async throws {
        let place = try Place()
        do {
            let store = try place.open()
            try await store.register([Sample.agent(Sample.reader)])
            let link = try #require(try store.registration(of: Sample.reader)).link.number
            _ = await store.outcomes(of: [
                .token("t", link: link, under: try store.epoch(), at: place.clock.now)
            ])
            store.close()
        }
        let store = try place.open()
        #expect(try await store.changing { (editor) throws(Problem) in try editor.cut(Sample.reader) }.tokens == 1)
    }
}
