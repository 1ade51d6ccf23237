import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("The policies in the registry")
struct PolicyRecordTests {
    let place: Place
    let store: Store

    init() throws {
        place = try Place()
        store = try place.open()
    }

    private static let full: Policy = {
        var policy = PolicyConditions()
        policy.agents = [Sample.reader, Sample.writer]
        policy.within = WeeklyWindow(days: [.mon], from: 0, to: 1440, zone: Label(checked: "UTC"))
        policy.rateOver = RateLimit(count: 7, period: 60, by: .all)
        return Policy(
            id: PolicyID(checked: "b"), layer: .type(Sample.type.id), when: policy, effect: .allowWithConditions,
            obligations: PolicyObligations(maxLifetime: 60, narrowTo: [Sample.scopes("ec2:*")], isElevated: true),
            reason: PrintableText("it's \"so\" ü"))
    }()
    private static let plain = Policy(id: PolicyID(checked: "a"), effect: .deny)

    private func save(_ policies: [Policy]) async throws -> PolicyVersion {
        try await store.changing { (editor) throws(Problem) in try editor.save(policies: policies, by: "op") }
    }

    private func inForce() throws -> PolicyRecord {
        try store.reading { (registry) throws(Problem) in try registry.policies() }
    }

    private func versions(before version: Int64 = .max, limit: Int = 10) throws -> [PolicyVersion] {
        try store.reading { (registry) throws(Problem) in
            try registry.policyVersions(before: version, limit: limit)
        }
    }

    @Test("begin as the empty set, version 0")
    func empty() throws {
        let record = try inForce()
        #expect(record.policies == [] && record.version.number == 0 && record.version.changedBy == nil)
        #expect(record.version.digest == (try PolicyDigest(of: [], hashing: OpenSSLDigests())))
        #expect(try store.registry().reading { $0.policy } == record.version.digest)
        #expect(try versions() == [record.version] && versions(before: 0) == [])
    }

    @Test("are given back as they were, every version, and in force as soon as they are saved")
    func roundTrip() async throws {
        let (first, epoch) = (try inForce().version, try store.epoch())
        let saved = try await save([Self.full, Self.plain])
        let digest = try PolicyDigest(of: [Self.plain.json, Self.full.json], hashing: OpenSSLDigests())
        #expect(
            saved
                == PolicyVersion(
                    number: 1, digest: digest, changedAt: saved.changedAt, changedBy: "op", count: 2))
        #expect(try inForce() == PolicyRecord(version: saved, policies: [Self.plain, Self.full]))
        #expect(try store.registry().reading { $0.policy } == digest)
        #expect(try store.epoch() != epoch)
        let second = try await save([])
        #expect(second.number == 2 && second.digest == first.digest && second.count == 0)
        #expect(try inForce() == PolicyRecord(version: second, policies: []))
        try store.reading { (registry) throws(Problem) in
            #expect(
                try registry.policies(version: 1) == PolicyRecord(version: saved, policies: [Self.plain, Self.full]))
            #expect(try registry.policies(version: 0) == PolicyRecord(version: first, policies: []))
            #expect(try registry.policies(version: 3) == nil)
            #expect(try registry.policies(version: -1) == nil)
        }
        #expect(try versions() == [second, saved, first])
        #expect(try versions(before: 2, limit: 1) == [saved] && versions(before: 1, limit: 1) == [first])
        let copy = try Place(copying: place)
        let again = try copy.open()
        #expect(
            try again.reading { (registry) throws(Problem) in try registry.policies() }.version == second)
    }

    @Test("are those of before when the change is not made")
    func takenBack() async throws {
        let saved = try await save([Self.plain])
        await #expect(throws: Problem.self) {
            try await store.change { (editor) throws(Problem) in
                _ = try editor.save(policies: [Self.full], by: "op")
                throw Problem(.conflict, "changed my mind")
            }
        }
        #expect(try inForce().version == saved)
        #expect(try store.registry().reading { $0.policy } == saved.digest)
    }

    @Test("are named in the links of agents that are registered while they are in force")
    func links() async throws {
        let digest = try await save([Self.plain]).digest
        try await store.register([Sample.agent(Sample.reader)])
        let link = try #require(try store.registration(of: Sample.reader)).link
        #expect(try JSONValue(strict: link.document)["policy"] == .string(digest.text))
    }

    @Test(
        "cannot be read when they are damaged, and are never taken for fewer",
        arguments: [
            "DELETE FROM policy_set", "UPDATE policy_set SET policies = '[]'", "UPDATE policy_set SET policies = '{}'",
            "UPDATE policy_set SET policies = '[1]'", "UPDATE policy_set SET policies = 'x'",
            #"UPDATE policy_set SET policies = '[{"id":"a","effect":"allow"}]'"#,
            #"UPDATE policy_set SET policies = '[{"id":"a","effect":"deny","from":"later"}]'"#,
            "UPDATE policy_set SET digest = 'sha256:00'", "UPDATE state SET policy = 'sha256:00'",
        ])
    func damaged(statement: String) async throws {
        _ = try await save([Self.plain])
        store.close()
        try place.tamper(statement)
        let problem = #expect(throws: Problem.self) {
            try store.reading { (registry) throws(Problem) in try registry.policies() }
        }
        #expect(problem?.kind == .unavailable && problem?.detail.contains("damaged") == true)
    }
}
