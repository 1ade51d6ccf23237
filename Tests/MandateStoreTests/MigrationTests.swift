import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("A database of the first schema")
struct MigrationTests {
    let place: Place

    init() throws { place = try Place() }

    /// A database as the first release left it: one agent, registered, with a live token.
    private func old(at path: String) throws -> ChainHash {
        let connection = try Connection(path: path, access: .creating)
        try Schema.migrate(connection, to: 1)
        let policy = try PolicyDigest(of: [], hashing: OpenSSLDigests())
        let chain = try #require(ChainID(random: [UInt8](repeating: 1, count: 16)))
        let agent = Sample.agent(Sample.reader)
        let document = Link.registration(
            of: agent, capabilities: Sample.authority, issuer: Place.issuer, chain: chain, policy: policy,
            at: place.clock.now
        ).json.canonical
        let hash = try ChainHash(ofLink: document, hashing: OpenSSLDigests())
        try connection.run(
            "INSERT INTO state (id, epoch, issuer, policy, probes) VALUES (1, 1, ?, ?, 0)",
            .text(Place.issuer.rawValue), .text(policy.text))
        try connection.run(
            "INSERT INTO agent_type (id, status, capabilities) VALUES (?, 'active', ?)",
            .text(Sample.type.id.rawValue), Sample.authority.json.column)
        try connection.run(
            "INSERT INTO link (number, hash, delegate, document) VALUES (1, ?, ?, ?)", .blob(hash.bytes),
            .text(agent.id.rawValue), .text(String(decoding: document, as: UTF8.self)))
        try connection.run(
            """
            INSERT INTO agent (id, type, owner, status, created_at, definition, link)
            VALUES (?, ?, ?, 'active', 0, ?, 1)
            """, .text(agent.id.rawValue), .text(agent.type.rawValue), .text(agent.owner.rawValue),
            agent.definition.column)
        try connection.run("INSERT INTO activity VALUES (1, ?)", .integer(place.clock.now.milliseconds))
        try connection.run("INSERT INTO live_token VALUES (?, 1, 3)", .integer(place.clock.now.seconds + 60))
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return hash
    }

    @Test("is brought up to date with its registrations, whose principal is the owner")
    func migrates() async throws {
        let path = place.directory + "/old.db"
        let hash = try old(at: path)
        chmod(path, 0o600)
        let store = try Store(
            path: path, issuer: Place.issuer, digests: OpenSSLDigests(), random: RandomBytes.few,
            now: { [clock = place.clock] in clock.now }, report: { _ in })
        let entry = try #require(try store.entry(Sample.reader))
        #expect(entry.link == hash && entry.lastActiveAt == place.clock.now)
        place.clock.advance(bySeconds: 120)
        let unused = try store.reading { (registry) throws(Problem) in try registry.agents(AgentFilter(unusedFor: 60)) }
        #expect(unused.entries == [entry])
        place.clock.advance(bySeconds: -120)
        #expect(try store.status(of: hash) == .live)
        let cut = try await PrincipalLifecycle(administration: store)
            .revoke(Label(checked: "alice@company.com"), because: nil, by: "op")
        #expect(cut == Cut(tokens: 3, latestExpiry: place.clock.now.advanced(bySeconds: 60)))
        #expect(try store.status(of: hash) == .dead)
    }
}
