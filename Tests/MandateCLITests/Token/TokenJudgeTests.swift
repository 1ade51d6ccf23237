import MandateCore
import MandateJOSE
import Testing

@testable import MandateCLI

@Suite("The verdict on a token")
struct TokenJudgeTests {
    private let specimen: Specimen

    init() throws {
        specimen = try Specimen()
    }

    private func revoking(_ name: String, _ dead: JSONValue, as type: String = "list") async throws -> TokenJudge {
        let place = try Scratch.file(holding: try specimen.revocations(name, dead) + "\n", called: "\(type)-\(name)")
        let list = try await RevocationSource.list(at: place, issuer: nil, keys: specimen.keys, at: Specimen.now)
        return TokenJudge(keys: specimen.keys, revocations: list)
    }

    @Test("is told to people and to programs")
    func shown() {
        let good = TokenVerdict.good(subject: "inventory-001", id: "01a3185c")
        #expect(good.text == "ok inventory-001 01a3185c")
        #expect(good.json == ["ok": true, "sub": "inventory-001", "jti": "01a3185c"])
        #expect(TokenVerdict.good(subject: "a\nok", id: "b").text == "ok a\\u{a}ok b")
        #expect(TokenVerdict.refused("expired").text == "refused expired")
        #expect(TokenVerdict.refused("expired").json == ["ok": false, "reason": "expired"])
    }

    @Test("is ok, the subject and the id, with the chain and without")
    func good() throws {
        var judge = TokenJudge(keys: specimen.keys)
        let ok = TokenVerdict.good(subject: "inventory-001", id: "01a3185c-5000-7707-8707-070707070707")
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now) == ok)
        judge.chain = .success(try Specimen.proof())
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now) == ok)
        #expect(try judge.verdict(onDelegation: specimen.delegationToken(), at: Specimen.now) == ok)
        #expect(try judge.verdict(on: DecodedToken(specimen.delegationToken()), at: Specimen.now) == ok)
    }

    @Test("refuses what the chain does not prove")
    func unproven() throws {
        let judge = TokenJudge(keys: specimen.keys, chain: .success(try Specimen.proof()))
        let verdict = judge.verdict(on: try specimen.accessToken(task: "INC-1"), at: Specimen.now)
        #expect(verdict == .refused("chain_mismatch"))
    }

    @Test("refuses every token by a chain that proves nothing, and says why")
    func broken() throws {
        let links: JSONValue = ["links": .array(try Specimen.links().reversed())]
        let text = String(decoding: links.canonical, as: UTF8.self)
        let place = try Scratch.file(holding: text, called: "reversed")
        let judge = TokenJudge(keys: specimen.keys, chain: try ChainReading(file: place))
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now) == .refused("chain_broken"))
        #expect(judge.verdict(on: "nonsense", at: Specimen.now) == .refused("malformed"))
    }

    @Test("does not take one kind for the other")
    func kinds() throws {
        let judge = TokenJudge(keys: specimen.keys)
        #expect(try judge.verdict(on: specimen.delegationToken(), at: Specimen.now) == .refused("wrong_type"))
        #expect(try judge.verdict(onDelegation: specimen.accessToken(), at: Specimen.now) == .refused("wrong_type"))
    }

    @Test("refuses what the list takes back, and everything once the list is too old")
    func revoked() async throws {
        let judge = try await revoking("tasks", ["INC-4711"])
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now) == .refused("token_revoked"))
        #expect(try judge.verdict(on: specimen.accessToken(task: "INC-1"), at: Specimen.now).isGood)
        #expect(
            try judge.verdict(onDelegation: specimen.delegationToken(), at: Specimen.now) == .refused("token_revoked"))
    }

    @Test("holds every hand-over of a known chain against the list")
    func revokedAncestor() async throws {
        var judge = try await revoking("agents", ["planner-001": .integer(Specimen.now.milliseconds - 3000)])
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now).isGood)
        judge.chain = .success(try Specimen.proof())
        #expect(try judge.verdict(on: specimen.accessToken(), at: Specimen.now) == .refused("token_revoked"))
    }

    @Test("is not given on a list that cannot be relied on")
    func unreliable() async throws {
        let place = try Scratch.file(holding: try Specimen().revocations(), called: "strange")
        await #expect(throws: CommandFailure.self) {
            try await RevocationSource.list(at: place, issuer: nil, keys: specimen.keys, at: Specimen.now)
        }
        let own = try Scratch.file(holding: try specimen.revocations(), called: "own")
        let late = Specimen.now.advanced(bySeconds: 3600)
        await #expect(throws: CommandFailure.self) {
            try await RevocationSource.list(at: own, issuer: nil, keys: specimen.keys, at: late)
        }
        await #expect(throws: CommandFailure.self) {
            try await RevocationSource.list(
                at: own, issuer: Issuer("https://b.example.com"), keys: specimen.keys, at: Specimen.now)
        }
        let rubbish = try Scratch.file(holding: "{}", called: "rubbish")
        await #expect(throws: CommandFailure.self) {
            try await RevocationSource.list(at: rubbish, issuer: nil, keys: specimen.keys, at: Specimen.now)
        }
    }
}
