import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("A change of the registry")
struct StoreEditorTests {
    let place: Place
    let store: Store

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader)])
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.audience("kept", resource: "https://kept.internal"))
            _ = try editor.addSecret(hash: [UInt8](repeating: 7, count: 32), to: Sample.reader)
            try editor.append(LedgerRecord(at: editor.now, event: .agentRegistered))
        }
    }

    @Test("leaves ledger, registry and epoch as they were when its body throws")
    func throwing() async throws {
        let epoch = try store.epoch()
        let (records, entry) = (try store.records().map(\.bytes), try store.entry(Sample.reader))
        let given = Problem(.invalid, field: "owner", "changed my mind")
        await #expect(throws: given) {
            try await store.change { (editor) throws(Problem) in
                try editor.append(LedgerRecord(at: editor.now.advanced(bySeconds: 3600), event: .agentSuspended))
                try editor.save(Sample.agent(Sample.reader, status: .suspended))
                try editor.save(Sample.agent(Sample.writer))
                try editor.link(Sample.agent(Sample.reader), capabilities: Sample.authority)
                _ = try editor.addSecret(hash: [UInt8](repeating: 8, count: 32), to: Sample.reader)
                _ = try editor.removeSecret(1, of: Sample.reader)
                try editor.remove(AudienceID(checked: "kept"))
                try editor.save(Sample.key("k", .active, at: editor.now))
                throw given
            }
        }
        #expect(try store.epoch() == epoch)
        #expect(try store.records().map(\.bytes) == records)
        #expect(try store.entry(Sample.reader) == entry)
        #expect(try store.entry(Sample.writer) == nil)
        try store.reading { (registry) throws(Problem) in
            #expect(try registry.keys() == [])
            #expect(try registry.audiences() == [Sample.audience("kept", resource: "https://kept.internal")])
        }
        let seven = [UInt8](repeating: 7, count: 32)
        #expect(try store.secrets(of: Sample.reader) == [seven, nil])
        // Neither the numbering, the hash nor the clock remembers the record that was taken back.
        let link = try #require(try store.registration(of: Sample.reader)).link.number
        let next = LedgerEntry.token("next", link: link, under: epoch, at: place.clock.now)
        #expect(await store.outcomes(of: [next]) == [.durable])
        #expect(try store.records().firstBreak() == nil)
    }

    @Test("leaves everything as it was when the database refuses a part of it")
    func constraint() async throws {
        let (epoch, records) = (try store.epoch(), try store.records().map(\.bytes))
        let error = await #expect(throws: Problem.self) {
            try await store.change { (editor) throws(Problem) in
                try editor.append(LedgerRecord(at: editor.now, event: .audienceRegistered))
                try editor.save(Sample.audience("other", resource: "https://kept.internal"))
            }
        }
        #expect(error?.kind == .unavailable)
        await #expect(throws: Problem.self) {
            try await store.change { (editor) throws(Problem) in try editor.remove(Sample.type.id) }
        }
        #expect(try store.epoch() == epoch)
        #expect(try store.records().map(\.bytes) == records)
    }

    @Test("gives an agent two secrets at most, and a removed one stops authenticating")
    func secrets() async throws {
        let hashes = (7...9).map { [UInt8](repeating: $0, count: 32) }
        let connection = try store.registry()
        func authenticating() throws -> [[UInt8]?]? {
            try connection.reading { view in (try? view.secrets(of: Sample.reader)).map { [$0.first, $0.second] } }
        }
        let second = try await store.changing { (editor) throws(Problem) in
            try editor.addSecret(hash: hashes[1], to: Sample.reader)
        }
        #expect(second == 2)
        #expect(try authenticating() == [hashes[0], hashes[1]])
        let error = await #expect(throws: Problem.self) {
            try await store.changing { (editor) throws(Problem) in
                try editor.addSecret(hash: hashes[2], to: Sample.reader)
            }
        }
        #expect(error?.kind == .conflict)
        #expect(try authenticating() == [hashes[0], hashes[1]])
        let removed = try await store.changing { (editor) throws(Problem) in
            (try editor.removeSecret(1, of: Sample.reader), try editor.removeSecret(1, of: Sample.reader))
        }
        #expect(removed == (true, false))
        #expect(try authenticating() == [hashes[1], nil])
        let third = try await store.changing { (editor) throws(Problem) in
            try editor.addSecret(hash: hashes[2], to: Sample.reader)
        }
        #expect(third == 3, "a number is never given twice")
        #expect(try authenticating() == [hashes[1], hashes[2]])
        #expect(try store.entry(Sample.reader)?.secrets.map(\.number) == [2, 3])
    }

    @Test("tells an unknown client from one without secrets")
    func noSecrets() async throws {
        try await store.register([Sample.agent(Sample.writer)])
        #expect(try store.secrets(of: Sample.writer) == [nil, nil])
        #expect(try store.secrets(of: AgentID(checked: "nobody")) == nil)
    }

    @Test("gives no secret to an agent that is not there")
    func secretOfNobody() async throws {
        await #expect(throws: Problem(.notFound, "there is no agent nobody")) {
            try await store.changing { (editor) throws(Problem) in
                try editor.addSecret(hash: [UInt8](repeating: 1, count: 32), to: AgentID(checked: "nobody"))
            }
        }
    }

    @Test("keeps secrets and link of an agent that is saved again")
    func savedAgain() async throws {
        let before = try #require(try store.entry(Sample.reader))
        place.clock.advance(bySeconds: 60)
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.agent(Sample.reader, status: .suspended))
        }
        let after = try #require(try store.entry(Sample.reader))
        #expect(after.agent.status == .suspended)
        #expect(after.link == before.link && after.secrets == before.secrets && after.createdAt == before.createdAt)
        #expect(after.link != nil && after.secrets.count == 1)
    }
}
