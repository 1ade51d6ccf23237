import MandateCore
import Testing

@testable import MandateStore

@Suite("A revocation")
struct RevocationTests {
    let place: Place
    let store: Store
    let tasks: TaskLifecycle
    let revocations: Revocations
    let principals: PrincipalLifecycle
    private let alice = Label(checked: "alice@company.com")

    init() async throws {
        place = try Place()
        store = try place.open()
        tasks = TaskLifecycle(administration: store)
        revocations = Revocations(administration: store)
        principals = PrincipalLifecycle(administration: store)
        try await store.register([Sample.agent(Sample.reader), Sample.agent(Sample.writer)])
        place.clock.advance(bySeconds: 1)
    }

    private var now: Instant { place.clock.now }

    private func lastRecord() throws -> JSONValue { try #require(try store.records().last).json }

    @Test("of a task ends everything of it and nothing else")
    func task() async throws {
        let id = TaskID(checked: "review")
        let task = try await tasks.create(["id": "review", "deadline": "2027-03-31T18:00:00Z"], by: "op")
        #expect(try store.reading { (registry) throws(Problem) in try registry.task(id) } == task)
        let first = try await store.handOver(HandOver(delegate: Sample.reader, task: "review"))[0]
        let second = try await store.handOver(HandOver(delegate: Sample.writer, after: first, task: "review"))[0]
        let other = try await store.handOver(HandOver(delegate: Sample.reader, task: "another", life: 90))[0]
        try await store.issue(60, 900, under: second.number, at: now)
        let epoch = try store.epoch()
        let cut = Cut(tokens: 2, links: 2, latestExpiry: now.advanced(bySeconds: 3600))
        #expect(try await tasks.complete(id, because: nil, by: "op") == cut)
        #expect(try store.epoch() == Epoch(epoch.number + 1))
        let record = try lastRecord()
        #expect(record["event"] == "task.completed" && record["task_id"] == "review" && record["by"] == "op")
        #expect(try await tasks.cancel(id, because: nil, by: "op") == Cut())
        #expect(try store.status(of: first.hash) == .dead && store.status(of: second.hash) == .dead)
        #expect(try store.status(of: other.hash) == .live)
        let links = try store.reading { (registry) throws(Problem) in try registry.links(of: id) }
        #expect(links.map(\.link.number) == [first.number, second.number])
        let ended = try store.reading { (registry) throws(Problem) in try registry.task(id) }
        #expect(ended?.status == .completed && ended?.endedAt == now && ended?.endedBy == "op")
        let until = try await store.number("SELECT expires_at FROM revocation WHERE task = 'review'")
        #expect(until == now.seconds + 3600)
        await #expect { _ = try await tasks.create(["id": "review"], by: "op") } throws: {
            ($0 as? Problem)?.kind == .conflict
        }
    }

    @Test("of tasks leaves a list that can be filtered and paged")
    func taskList() async throws {
        for id in ["a", "b", "c"] { _ = try await tasks.create(["id": .string(id)], by: "op") }
        _ = try await tasks.cancel(TaskID(checked: "b"), because: nil, by: "op")
        func ids(_ filter: TaskFilter) throws -> [String] {
            try store.reading { (registry) throws(Problem) in try registry.tasks(filter) }.map(\.id.rawValue)
        }
        #expect(try ids(TaskFilter()) == ["a", "b", "c"])
        #expect(try ids(TaskFilter(status: .open)) == ["a", "c"])
        #expect(try ids(TaskFilter(after: TaskID(checked: "a"), limit: 1)) == ["b"])
    }

    @Test("of a registration's link ends what was issued under it and leaves the agent a new one")
    func registration() async throws {
        let old = try #require(try store.registration(of: Sample.reader)).link
        try await store.issue(900, under: old.number, at: now)
        #expect(
            try await revocations.revoke(old.hash, because: PrintableText("leaked"), by: "op")
                == Cut(tokens: 1, latestExpiry: now.advanced(bySeconds: 900)))
        let new = try #require(try store.registration(of: Sample.reader)).link
        #expect(new.number != old.number)
        #expect(try store.status(of: old.hash) == .revoked && store.status(of: new.hash) == .live)
        let record = try lastRecord()
        #expect(record["event"] == "delegation.revoked" && record["chain_hash"] == .string(old.hash.text))
        #expect(record["agent_id"] == "agent-reader" && record["principal"] == "alice@company.com")
        #expect(record["change"]?["reason"] == "leaked" && record["change"]?["tokens"] == 1)
        #expect(try await revocations.revoke(old.hash, because: nil, by: "op") == Cut())
        #expect(try store.registration(of: Sample.reader)?.link == new)
        await #expect {
            _ = try await revocations.revoke(
                ChainHash(bytes: [UInt8](repeating: 9, count: 32))!, because: nil, by: "op")
        } throws: {
            ($0 as? Problem)?.kind == .notFound
        }
    }

    @Test("of a delegation token is one of its link")
    func delegationToken() async throws {
        let first = try await store.handOver(HandOver(delegate: Sample.reader))[0]
        let second = try await store.handOver(HandOver(delegate: Sample.writer, after: first))[0]
        #expect(try await revocations.revoke(first.token, because: nil, by: "op").links == 2)
        #expect(try store.status(of: first.hash) == .revoked && store.status(of: second.hash) == .dead)
        let record = try lastRecord()
        #expect(record["event"] == "token.revoked" && record["jti"] == .string(first.token.text))
        #expect(try await revocations.revoke(first.token, because: nil, by: "op") == Cut())
    }

    @Test("of an access token lasts as long as the token may, and is not made for what is over or to come")
    func accessToken() async throws {
        let random = [UInt8](repeating: 5, count: 10)
        func token(_ age: Int64) throws -> UUIDv7 {
            try #require(UUIDv7(at: now.advanced(bySeconds: -age), random: random))
        }
        let young = try token(100)
        let cut = Cut(tokens: 1, latestExpiry: now.advanced(bySeconds: 800))
        #expect(try await revocations.revoke(young, because: nil, by: "op") == cut)
        #expect(try await revocations.revoke(young, because: nil, by: "op") == Cut())
        #expect(try await revocations.revoke(token(900), because: nil, by: "op") == Cut())
        await #expect { _ = try await revocations.revoke(token(-1), because: nil, by: "op") } throws: {
            ($0 as? Problem)?.kind == .notFound
        }
        #expect(try await store.number("SELECT count(*) FROM revocation") == 1)
        #expect(try await store.number("SELECT expires_at FROM revocation") == now.seconds + 800)
        #expect(try store.records().filter { $0.event == .tokenRevoked }.count == 1)
    }

    @Test("of a principal ends every chain it started, and its agents' own tokens")
    func principal() async throws {
        let mine = try await store.handOver(HandOver(delegate: Sample.reader))[0]
        let below = try await store.handOver(HandOver(delegate: Sample.writer, after: mine, life: 60))[0]
        let other = try await store.handOver(HandOver(delegate: Sample.reader, principal: "bob@company.com"))[0]
        try await store.issue(900, under: below.number, at: now)
        let own = try #require(try store.registration(of: Sample.reader)).link
        try await store.issue(300, under: own.number, at: now)
        let cut = Cut(tokens: 2, links: 2, latestExpiry: now.advanced(bySeconds: 3600))
        #expect(try await principals.revoke(alice, because: nil, by: "op") == cut)
        #expect(try await principals.revoke(alice, because: nil, by: "op") == Cut())
        #expect(try store.status(of: mine.hash) == .dead && store.status(of: below.hash) == .dead)
        #expect(try store.status(of: own.hash) == .dead && store.status(of: other.hash) == .live)
        #expect(try lastRecord()["principal"] == "alice@company.com")
        #expect(try store.reading { (registry) throws(Problem) in try registry.revocation(of: alice) } == now)
    }

    @Test("of a principal stays for what it started when the principal is reinstated")
    func reinstatement() async throws {
        let expired = try await store.handOver(HandOver(delegate: Sample.reader, life: 1))[0]
        place.clock.advance(bySeconds: 1)
        let mine = try await store.handOver(HandOver(delegate: Sample.reader))[0]
        let old = try #require(try store.registration(of: Sample.reader)).link
        try await store.issue(900, under: old.number, at: now)
        _ = try await principals.revoke(alice, because: nil, by: "op")
        #expect(try await principals.reinstate(alice, because: nil, by: "op") == Cut())
        #expect(try store.status(of: mine.hash) == .revoked && store.status(of: old.hash) == .revoked)
        #expect(try store.status(of: expired.hash) == .expired)
        let new = try #require(try store.registration(of: Sample.reader)).link
        #expect(new != old)
        #expect(try store.status(of: new.hash) == .live)
        let fresh = try await store.handOver(HandOver(delegate: Sample.reader))[0]
        #expect(try store.status(of: fresh.hash) == .live)
        let records = try store.records().count
        #expect(try await principals.reinstate(alice, because: nil, by: "op") == Cut())
        #expect(try store.records().count == records)
        #expect(try store.reading { (registry) throws(Problem) in try registry.revocation(of: alice) } == nil)
    }
}
