import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("The habits of agents")
struct BaselineStoreTests {
    private static let agent = AgentID(checked: "agent-1")
    private static let portal = AgentID(checked: "portal")
    let place: Place

    init() throws { place = try Place() }

    private func token(
        at audience: String = "inventory", client: AgentID? = nil, effect: LedgerEntry.Effect = .none
    ) -> LedgerEntry {
        LedgerEntry(
            LedgerRecord(at: place.clock.now, event: .tokenIssued), effect: effect,
            observation: Observation(
                holder: Self.agent, client: client, authority: [audience: "a:read"], worst: .write))
    }

    private func baseline(_ store: Store, of agent: AgentID = agent) throws -> Baseline? {
        let seen = try store.registry().reading { view in Result { try view.baseline(of: agent) } }.get()
        #expect(try store.reading { (reader) throws(Problem) in try reader.baseline(of: agent) } == seen)
        return seen
    }

    @Test("are there as soon as a token is, of who holds it and of who asked for it")
    func noted() async throws {
        let store = try place.open()
        #expect(try baseline(store) == nil)
        #expect(
            await store.outcomes(of: [token(), token(at: "billing", client: Self.portal)]) == [.durable, .durable])
        var expected = Baseline()
        expected.note(["inventory": "a:read"], worst: .write, at: place.clock.now)
        var portal = Baseline()
        expected.note(["billing": "a:read"], worst: .write, at: place.clock.now)
        portal.note(["billing": "a:read"], worst: .write, at: place.clock.now)
        #expect(try baseline(store) == expected && baseline(store, of: Self.portal) == portal)
        #expect(try await store.number("SELECT count(*) FROM baseline") == 0, "not written with every token")
    }

    @Test("are the same after a restart, and go on from there")
    func restarts() async throws {
        let before: Baseline?
        do {
            let store = try place.open()
            for _ in 0..<30 { _ = await store.outcomes(of: [token()]) }
            before = try baseline(store)
            store.close()
        }
        let store = try place.open()
        #expect(try baseline(store) == before && before?.tokens == 30)
        _ = await store.outcomes(of: [token()])
        #expect(try baseline(store)?.tokens == 31)
    }

    @Test("do not hear of a token that was not given")
    func notGiven() async throws {
        let disk = try FaultyDisk(place.directory)
        do {
            let store = try place.open()
            let stale = LedgerEntry.Effect.token(judgedUnder: Epoch(-5), link: 1, expiry: place.clock.now)
            #expect(await store.outcomes(of: [token(), token(effect: stale)]) == [.durable, .judgeAgain])
            let before = try baseline(store)
            #expect(before?.tokens == 1)
            disk.arm(Fault(kind: .full), at: 1)
            #expect(
                await store.outcomes(of: [token(), token()])
                    == Array(repeating: .refused(.unavailable(.ledger)), count: 2))
            disk.heal()
            #expect(try baseline(store) == before)
            #expect(await store.outcomes(of: [token()]) == [.durable])
            #expect(try baseline(store)?.tokens == 2)
            store.close()
        }
        #expect(try baseline(place.open())?.tokens == 2)
    }

    @Test("that cannot be read stop no token, are left as they are, and are no habits")
    func damaged() async throws {
        try place.tamper(#"INSERT INTO baseline VALUES ('agent-1', '{"tokens":-1}')"#)
        let store = try place.open()
        #expect(await store.outcomes(of: [token()]) == [.durable])
        #expect(throws: Refusal.unavailable(.registry)) { try baseline(store) }
        #expect(try await store.number("SELECT length(profile) FROM baseline") == 13)
    }
}
