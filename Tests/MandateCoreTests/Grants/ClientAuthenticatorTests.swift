import MandateCore
import MandateTesting
import Testing

@Suite("A client")
struct ClientAuthenticatorTests {
    private let stranger = AgentID(checked: "nobody")

    /// What the judgement says of a client that was not believed; nil when it was.
    private func failure(
        _ court: Court, _ request: TokenRequest = Court.request()
    ) throws -> (refusal: Refusal, client: AgentID?)? {
        guard case .unauthenticated(let refusal, let client) = try court.judge(request) else { return nil }
        return (refusal, client)
    }

    @Test("is not believed without a secret of its own, and only a known id is told to the record")
    func wrongSecrets() throws {
        let wrong = try #require(try failure(Court(), Court.request(secret: Array("mnd_other".utf8))))
        #expect(wrong.refusal == .clientAuthenticationFailed && wrong.client == Court.client)
        let empty = try #require(try failure(Court(), Court.request(secret: [])))
        #expect(empty.refusal == .clientAuthenticationFailed && empty.client == Court.client)
        let unknown = try #require(try failure(Court(), Court.request(client: stranger)))
        #expect(unknown.refusal == .clientAuthenticationFailed && unknown.client == nil)
        let unusable = TokenRequest(
            credential: .unusable(basic: true), grant: .clientCredentials, targets: [], scope: .absent, address: "a")
        let unread = try #require(try failure(Court(), unusable))
        #expect(unread.refusal == .clientAuthenticationFailed && unread.client == nil)
    }

    @Test("is not believed when it has no secret at all, not even with one of zeros")
    func noSecrets() throws {
        var court = try Court()
        court.view.hashes[Court.client] = SecretHashes(first: nil, second: nil)
        #expect(try failure(court)?.refusal == .clientAuthenticationFailed)
    }

    @Test("is not believed while it or its type is stopped, or once it has expired")
    func inactive() throws {
        let courts = [
            try Court(Court.agent(status: .suspended)), try Court(Court.agent(status: .decommissioned)),
            try Court(type: Court.type(status: .suspended)), try Court(Court.agent(expiresAt: .eightOClock)),
        ]
        for court in courts {
            let failed = try #require(try failure(court))
            #expect(failed.refusal == .clientAuthenticationFailed && failed.client == Court.client)
        }
    }

    @Test("is told nothing of what else is wrong with its request before it is believed")
    func order() throws {
        let request = Court.request(
            secret: [1], grant: .unsupported("x"), targets: [.audience("nowhere")], scope: .malformed("*"),
            details: true)
        #expect(try failure(Court(), request)?.refusal == .clientAuthenticationFailed)
    }

    @Test("is not believed while the registry cannot be read or nothing can be hashed")
    func unavailable() throws {
        var court = try Court()
        court.view.failure = .unavailable(.registry)
        let failed = try #require(try failure(court))
        #expect(failed.refusal == .unavailable(.registry) && failed.client == nil)
        var unlucky = try Court()
        unlucky.random = CountingRandom(upTo: 0)
        #expect(try failure(unlucky)?.refusal == .unavailable(.cryptography))
    }

    @Test("is believed with either of its two secrets")
    func twoSecrets() throws {
        var court = try Court()
        let hash = court.view.hashes[Court.client]?.first
        court.view.hashes[Court.client] = SecretHashes(first: [UInt8](repeating: 9, count: 32), second: hash)
        #expect(try failure(court) == nil)
        court.view.hashes[Court.client] = SecretHashes(first: hash, second: [UInt8](repeating: 9, count: 32))
        #expect(try failure(court) == nil)
    }

    @Test("leaves a note of which secret it was, whatever it is told")
    func use() throws {
        var court = try Court()
        let (wrong, hash) = ([UInt8](repeating: 9, count: 32), court.view.hashes[Court.client]?.first)
        func noted(_ hashes: SecretHashes, _ request: TokenRequest = Court.request()) throws -> ClientUse? {
            court.view.hashes[Court.client] = hashes
            switch try court.judge(request) {
            case .issue(let issuance): return issuance.entry.use
            case .refuse(_, _, let entry): return entry.use
            case .overQuota(_, _, let record): return record.use
            case .end, .answer, .unauthenticated, .wait, .consult: return nil
            }
        }
        let first = SecretHashes(first: hash, second: wrong, agent: 7, numbers: (3, 5))
        let second = SecretHashes(first: wrong, second: hash, agent: 7, numbers: (3, 5))
        #expect(try noted(first) == ClientUse(agent: 7, secret: 3))
        #expect(try noted(second) == ClientUse(agent: 7, secret: 5))
        #expect(try noted(second, Court.request(scope: .scopes("ec2:*"))) == ClientUse(agent: 7, secret: 5))
        #expect(try noted(SecretHashes(first: wrong, second: nil, agent: 7)) == nil)
    }

    @Test("costs the same work whether it is known or not")
    func sameWork() throws {
        let counting = CountingDigests()
        for request in [
            Court.request(), Court.request(client: stranger), Court.request(secret: Array("mnd_other".utf8)),
        ] {
            let service = TokenService(
                issuer: try Court.issuer(), digests: counting, verifier: FakeTokens(), random: CountingRandom(),
                quotas: FakeQuotas(), paces: FakePaces())
            let before = counting.calls
            _ = service.judge(.token(request), in: try Court().view, at: .eightOClock)
            #expect(counting.calls - before == 3)
        }
    }
}
