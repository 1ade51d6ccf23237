import MandateCore
import MandateTesting
import Testing

@Suite("A signing key")
struct KeyRotationTests {
    let registry = FakeRegistry()
    let keys = FakeKeyStore()
    let day: Int64 = 86_400

    private var rotation: KeyRotation { KeyRotation(administration: registry, keys: keys, overlap: day) }
    private var states: [KeyState] { registry.state.keys.map(\.state) }

    private func rotate(after seconds: Int64 = 0) async throws -> [KeyStep.Action] {
        registry.arrange { $0.now = $0.now.advanced(bySeconds: seconds) }
        return try await rotation.rotate(by: "op").steps.map(\.action)
    }

    @Test("is published before it signs and after it signed, a whole overlap each time")
    func life() async throws {
        #expect(try await rotate() == [.activate])
        #expect(try await rotate() == [.publish])
        #expect(states == [.active, .next])
        #expect(try await rotate(after: day - 1) == [.wait])
        #expect(try await rotate(after: 1) == [.activate, .retire])
        #expect(states == [.retiring, .active])
        #expect(try await rotate(after: day - 1) == [.publish])
        #expect(keys.files.count == 3)
        #expect(try await rotate(after: 1) == [.remove, .wait])
        #expect(states == [.gone, .active, .next])
        #expect(keys.files == registry.state.keys.dropFirst().map(\.id))
        #expect(
            registry.events == [
                .keyPublished, .keyActivated, .keyPublished, .keyActivated, .keyRetired, .keyPublished, .keyRemoved,
            ])
    }

    @Test("that waits says until when")
    func waits() async throws {
        _ = try await rotate()
        _ = try await rotate()
        let published = registry.state.now
        registry.arrange { $0.now = $0.now.advanced(bySeconds: 10) }
        let outcome = try await rotation.rotate(by: "op")
        #expect(outcome.steps.map(\.until) == [published.advanced(bySeconds: day)])
        #expect(keys.made == 2 && keys.files.count == 2)
    }

    @Test("stays published for the longest token life at least, whatever is configured")
    func shortestOverlap() async throws {
        let hasty = KeyRotation(administration: registry, keys: keys, overlap: 0)
        for _ in 0..<2 { _ = try await hasty.rotate(by: "op") }
        registry.arrange { $0.now = $0.now.advanced(bySeconds: Lifetimes.delegationToken + 59) }
        #expect(try await hasty.rotate(by: "op").steps.map(\.action) == [.wait])
    }

    @Test("that is revoked is replaced by the next at once, and its file is gone")
    func revocation() async throws {
        for _ in 0..<2 { _ = try await rotate() }
        let (old, next) = (FakeKeyStore.name(1), FakeKeyStore.name(2))
        let revocation = try await rotation.revoke(old, because: PrintableText("leaked"), by: "op")
        #expect(revocation.active == next)
        #expect(states == [.revoked, .active])
        #expect(keys.files == [next])
        #expect(registry.state.records.suffix(2).first?.change?["reason"] == "leaked")
        let again = try await rotation.revoke(old, because: nil, by: "op")
        #expect(again.active == next)
        #expect(registry.events.filter { $0 == .keyRevoked }.count == 1)
    }

    @Test("that was the only one leaves none, until the next rotation makes one")
    func lastOne() async throws {
        _ = try await rotate()
        #expect(try await rotation.revoke(FakeKeyStore.name(1), because: nil, by: "op").active == nil)
        #expect(try await rotate() == [.activate])
        #expect(states == [.revoked, .active])
    }

    @Test("that nobody knows cannot be revoked")
    func unknown() async throws {
        await #expect {
            _ = try await rotation.revoke(FakeKeyStore.name(9), because: nil, by: "op")
        } throws: {
            ($0 as? Problem)?.kind == .notFound
        }
    }

    @Test("keeps its file when nobody knows whether it was published: a crash may bring the change back")
    func failure() async throws {
        registry.arrange { $0.isBroken = true }
        await #expect(throws: Problem.self) { _ = try await rotation.rotate(by: "op") }
        #expect(keys.made == 1 && keys.files == [FakeKeyStore.name(1)])
    }

    @Test("whose file cannot be removed is revoked all the same, and that is said")
    func fileStays() async throws {
        _ = try await rotate()
        keys.refuseRemoval()
        let revocation = try await rotation.revoke(FakeKeyStore.name(1), because: nil, by: "op")
        #expect(revocation.warnings.count == 1)
        #expect(states == [.revoked])
    }
}
