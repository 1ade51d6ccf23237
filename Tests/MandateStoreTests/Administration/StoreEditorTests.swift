import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("A change of the registry")
struct StoreEditorTests {
    private let directory: DataDirectory
    private let store: Store
    private let id = Registered.agent.id

    init() async throws {
        directory = try DataDirectory()
        store = try directory.open()
        try await store.register()
    }

    private func addSecret(_ byte: UInt8) async throws -> Int {
        try await store.changing { [id] (editor) throws(Problem) in
            try editor.addSecret(hash: [UInt8](repeating: byte, count: 32), to: id)
        }
    }

    private func secrets(_ client: AgentID) throws -> SecretHashes? {
        try store.registry().reading { view in Result { () throws(Refusal) in try view.secrets(of: client) } }.get()
    }

    @Test("that goes wrong half way has not happened: registry, ledger and epoch are as before")
    func allOrNothing() async throws {
        let wrong = Problem(.invalid, "half way")
        let (epoch, records) = (try store.epoch, try directory.records())
        await #expect(throws: wrong) {
            try await store.changing { (editor) throws(Problem) in
                try editor.save(Registered.agent("second"))
                try editor.link(Registered.agent("second"), capabilities: Registered.capabilities)
                try editor.append(LedgerRecord(at: editor.now, event: .agentRegistered))
                throw wrong
            }
        }
        #expect(try store.epoch == epoch)
        #expect(try directory.records() == records)
        #expect(try store.registration(of: AgentID(checked: "second")) == nil)
        #expect(try directory.count("link") == 1)
        #expect(await store.ledger.append([.refusal()]) == [.durable])
        #expect(try directory.records().map { try JSONValue(strict: $0)["seq"]?.integer } == [1])
    }

    @Test("that names a type that is not there is refused, and nothing is changed")
    func danglingType() async throws {
        let stray = Agent(
            id: AgentID(checked: "stray"), type: AgentTypeID(checked: "nowhere"), owner: Label(checked: "a"))
        await #expect(throws: Problem.self) {
            try await store.changing { (editor) throws(Problem) in try editor.save(stray) }
        }
        await #expect(throws: Problem.self) {
            try await store.changing { (editor) throws(Problem) in try editor.remove(Registered.type.id) }
        }
        #expect(try directory.count("agent") == 1 && directory.count("agent_type") == 1)
    }

    @Test("raises the epoch by one, and whoever read before reads the new registry")
    func epoch() async throws {
        let registry = try store.registry()
        let (before, agent) = try registry.reading { view in
            (view.epoch, Result { () throws(Refusal) in try view.registration(of: id) })
        }
        #expect(try agent.get()?.agent.status == .active)
        let suspended = Agent(
            id: id, type: Registered.type.id, owner: Label(checked: "alice@company.com"), status: .suspended)
        try await store.changing { (editor) throws(Problem) in try editor.save(suspended) }
        let (after, changed) = try registry.reading { view in
            (view.epoch, Result { () throws(Refusal) in try view.registration(of: id) })
        }
        #expect(after.number == before.number + 1)
        #expect(try changed.get()?.agent == suspended)
    }

    @Test("gives an agent two secrets and no third; a number is never used again")
    func thirdSecret() async throws {
        #expect(try secrets(id) == SecretHashes(first: nil, second: nil))
        #expect(try await addSecret(1) == 1)
        #expect(try await addSecret(2) == 2)
        await #expect(throws: Problem.self) { try await addSecret(3) }
        let hashes = [UInt8](1...2).map { [UInt8](repeating: $0, count: 32) }
        #expect(try secrets(id) == SecretHashes(first: hashes[0], second: hashes[1]))
        let removed = try await store.changing { [id] (editor) throws(Problem) in
            [try editor.removeSecret(1, of: id), try editor.removeSecret(1, of: id)]
        }
        #expect(removed == [true, false])
        #expect(try await addSecret(3) == 3)
        #expect(try secrets(id)?.first == hashes[1])
        #expect(try secrets(AgentID(checked: "nobody")) == nil)
    }

    @Test("that cuts an agent off counts what is alive, once")
    func cuts() async throws {
        try await store.register(Registered.agent("second"))
        let link = try #require(try store.registration()).link.number
        let other = try #require(try store.registration(of: AgentID(checked: "second"))).link.number
        let epoch = try store.epoch
        let entries: [LedgerEntry] = [
            .token(under: epoch, link: link, life: 10), .token(under: epoch, link: link, life: 900),
            .token(under: epoch, link: link, life: 900), .token(under: epoch, link: other, life: 300),
        ]
        #expect(await store.ledger.append(entries) == [.durable, .durable, .durable, .durable])
        directory.now = Instant.eightOClock.advanced(bySeconds: 10)
        let cuts = try await store.changing { [id] (editor) throws(Problem) in
            [try editor.cut(id), try editor.cut(id), try editor.cut(type: Registered.type.id)]
        }
        #expect(
            cuts == [
                Cut(tokens: 2, latestExpiry: Instant.eightOClock.advanced(bySeconds: 900)), Cut(),
                Cut(tokens: 1, latestExpiry: Instant.eightOClock.advanced(bySeconds: 300)),
            ])
    }

    @Test("lists agents in order, filtered and from where the last page ended")
    func lists() async throws {
        for name in ["c", "a", "b"] { try await store.register(Registered.agent(name)) }
        func ids(_ filter: AgentFilter) throws -> [String] {
            try store.reading { (reader) throws(Problem) in try reader.agents(filter) }.map(\.agent.id.rawValue)
        }
        #expect(try ids(AgentFilter()) == ["a", "b", "c", id.rawValue])
        #expect(try ids(AgentFilter(after: AgentID(checked: "a"), limit: 2)) == ["b", "c"])
        #expect(try ids(AgentFilter(status: .suspended)) == [])
        #expect(try ids(AgentFilter(type: Registered.type.id, owner: Label(checked: "alice@company.com"))).count == 4)
        #expect(try ids(AgentFilter(owner: Label(checked: "bob@company.com"))) == [])
    }
}
