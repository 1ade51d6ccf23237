import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("What one event loop knows to be revoked")
struct RevokedSetTests {
    @Test("is brought up to date by each view, without a new epoch")
    func catchesUp() async throws {
        var counter = try await Counter()
        let chain = try await counter.chain()
        let links = try counter.links(behind: chain[2])
        let epoch = try counter.asking { $0.epoch }
        func known() throws -> [Bool] {
            try counter.asking { view in
                try links.map { try view.isRevoked(link: $0) } + [try view.isRevoked(token: "jti")]
            }
        }
        #expect(try known() == [false, false, false, false])
        _ = await counter.end(.link(links[1]))
        #expect(try known() == [false, true, false, false])
        _ = await counter.end(.token("jti"))
        _ = await counter.end(.link(links[2]))
        #expect(try known() == [false, true, true, true])
        #expect(try counter.asking { $0.revocations } == 3)
        #expect(try counter.asking { $0.epoch } == epoch)
        _ = await counter.end(.link(links[1]))
        #expect(try counter.asking { $0.revocations } == 3, "what has ended ends once")
    }

    @Test("is the same for a loop that begins later")
    func later() async throws {
        let counter = try await Counter()
        for number in 0..<3 { _ = await counter.end(.token("jti-\(number)")) }
        let later = try counter.store.registry()
        #expect(try later.reading { view in (try? view.isRevoked(token: "jti-2")) == true && view.revocations == 3 })
    }

    @Test("never exceeds what has not expired for long: it starts afresh, and loses nothing")
    func fresh() async throws {
        let place = try Place()
        try place.tamper(
            """
            INSERT INTO revocation (number, token, revoked_at, expires_at)
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 140000)
            SELECT n, 'jti-' || n, 0, 1 FROM n;
            UPDATE state SET revocations = 140000
            """)
        let store = try place.open()
        let loop = try store.registry()
        func knows(_ token: String) throws -> Bool? {
            try loop.reading { view in try? view.isRevoked(token: token) }
        }
        #expect(try knows("jti-1") == true && knows("jti-140000") == true && knows("jti-140001") == false)
        let now = place.clock.now
        _ = await store.outcomes(of: [.end(.token("jti-new"), at: now)])
        #expect(try knows("jti-new") == true)
        #expect(try loop.reading { $0.revocations } == 140_001)
    }
}
