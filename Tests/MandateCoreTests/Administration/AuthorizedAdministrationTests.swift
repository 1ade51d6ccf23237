import MandateCore
import MandateTesting
import Synchronization
import Testing

@Suite("Administration with a token")
struct AuthorizedAdministrationTests {
    let registry = FakeRegistry()

    private func administrator(_ epoch: Int64, until expiry: Instant = Instant(seconds: 2_000_000_000)) throws
        -> Administrator
    {
        Administrator(
            agent: try #require(AgentID("admin")), principal: try #require(Label("alice")),
            scopes: "registry:*", expiry: expiry,
            grounds: Grounds(epoch: Epoch(epoch), revocations: 0, links: []))
    }

    @Test("commits a change when what the token was judged on holds")
    func holds() async throws {
        let one = try administrator(1)
        let authorized = AuthorizedAdministration(registry) { () throws(Problem) in one }
        #expect(try await authorized.changing { (_) throws(Problem) in 7 } == 7)
        #expect(registry.state.commits == 1)
    }

    @Test("judges the token anew when something changed in between")
    func anew() async throws {
        registry.arrange { $0.holds = { $0.epoch == Epoch(3) } }
        let administrators = try (1...3).map { try administrator($0) }
        let asked = Mutex(0)
        let authorized = AuthorizedAdministration(registry) { () throws(Problem) in
            administrators[
                asked.withLock { asked in
                    asked += 1
                    return asked - 1
                }]
        }
        try await authorized.changing { (_) throws(Problem) in }
        #expect(asked.withLock { $0 } == 3 && registry.state.commits == 1)
    }

    @Test("changes nothing when the token is good no more, or the registry never stands still")
    func refuses() async throws {
        registry.arrange { $0.holds = { _ in false } }
        let one = try administrator(1)
        let gone = Problem(.unauthorized, "gone")
        let revoked = AuthorizedAdministration(registry) { () throws(Problem) in throw gone }
        await #expect(throws: gone) { try await revoked.changing { (_) throws(Problem) in } }
        let restless = AuthorizedAdministration(registry) { () throws(Problem) in one }
        await #expect { try await restless.changing { (_) throws(Problem) in } } throws: {
            ($0 as? Problem)?.kind == .unavailable
        }
        #expect(registry.state.commits == 0)
    }

    @Test("changes nothing when the token expires before the change")
    func expires() async throws {
        let one = try administrator(1, until: registry.state.now)
        let authorized = AuthorizedAdministration(registry) { () throws(Problem) in one }
        await #expect { try await authorized.changing { (_) throws(Problem) in } } throws: {
            ($0 as? Problem)?.kind == .unauthorized
        }
        #expect(registry.state.commits == 0)
    }
}
