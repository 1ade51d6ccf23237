import MandateCore
import Testing

@testable import MandateStore

@Suite("A clock that steps back")
struct ClockTests {
    let place: Place
    let store: Store

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader)])
        #expect(await store.outcomes(of: [.refusal("last", at: place.clock.now)]) == [.durable])
    }

    private func outcome(_ seconds: Int64, in store: Store, milliseconds: Int64 = 0) async throws -> LedgerOutcome? {
        let link = try #require(try store.registration(of: Sample.reader)).link.number
        let time = Instant(milliseconds: place.clock.now.milliseconds + seconds * 1000 + milliseconds)
        return await store.outcomes(of: [.token("t", link: link, under: try store.epoch(), at: time)]).first
    }

    @Test("is believed up to 5 seconds behind the last record", arguments: [0, -1, -4, -5] as [Int64])
    func tolerated(seconds: Int64) async throws {
        #expect(try await outcome(seconds, in: store) == .durable)
    }

    @Test("is not believed further back, and nothing is recorded", arguments: [-6, -3600, -1_000_000_000] as [Int64])
    func refused(seconds: Int64) async throws {
        #expect(try await outcome(seconds, in: store) == .refused(.unavailable(.clockWentBackwards)))
        #expect(try await outcome(-5, in: store, milliseconds: -1) == .refused(.unavailable(.clockWentBackwards)))
        #expect(try store.records().count == 1)
    }

    @Test("does not move the limit by small steps")
    func creeping() async throws {
        for _ in 0..<3 { #expect(try await outcome(-4, in: store) == .durable) }
        #expect(try await outcome(-6, in: store) == .refused(.unavailable(.clockWentBackwards)))
    }

    @Test("is believed again once it has passed the last record")
    func recovers() async throws {
        #expect(try await outcome(-60, in: store) == .refused(.unavailable(.clockWentBackwards)))
        #expect(try await outcome(1, in: store) == .durable)
    }

    @Test("does not keep operators from suspending, nor refusals from the record")
    func administration() async throws {
        place.clock.advance(bySeconds: -60)
        _ = try await AgentLifecycle(administration: store).suspend(Sample.reader, because: nil, by: "op")
        #expect(await store.outcomes(of: [.refusal("r", at: place.clock.now)]) == [.durable])
        #expect(try await outcome(0, in: store) == .refused(.unavailable(.clockWentBackwards)))
        #expect(try store.records().firstBreak() == nil)
    }

    @Test("is not believed after a restart either")
    func restart() async throws {
        let place = try Place()
        do {
            let store = try place.open()
            try await store.register([Sample.agent(Sample.reader)])
            _ = await store.outcomes(of: [.refusal("last", at: place.clock.now)])
            store.close()
        }
        let store = try place.open()
        #expect(try await outcome(-6, in: store) == .refused(.unavailable(.clockWentBackwards)))
        #expect(try await outcome(0, in: store) == .durable)
    }
}
