import MandateCore
import MandateJOSE
import MandateVerifier
import Testing

@Suite("A list of revocations")
struct RevocationListTests {
    let tokens: SignedTokens

    init() throws {
        tokens = try SignedTokens()
    }

    private func failure(_ read: () throws -> RevocationList) throws -> VerificationFailure? {
        do {
            _ = try read()
            return nil
        } catch let failure as VerificationFailure {
            return failure
        }
    }

    @Test("tells its age")
    func ages() throws {
        let list = try tokens.list()
        let later = SignedTokens.now.advanced(bySeconds: 61)
        #expect(list.issuedAt == SignedTokens.now)
        #expect(list.age(at: later) == 61)
        #expect(list.isOlder(than: 60, at: later))
        #expect(!list.isOlder(than: 61, at: later))
        let fresher = try tokens.list(
            SignedTokens.revocations(["iat": .integer(later.seconds), "exp": .integer(later.seconds + 3600)]), at: later
        )
        #expect(list.isOlder(than: fresher))
        #expect(!fresher.isOlder(than: list))
    }

    @Test("is refused outside of its hour")
    func times() throws {
        let end = SignedTokens.now.advanced(bySeconds: 3600)
        #expect(try failure { try tokens.list(at: end) } == .expired)
        #expect(try failure { try tokens.list(at: Instant(milliseconds: end.milliseconds - 1)) } == nil)
        let before = Instant(milliseconds: SignedTokens.now.milliseconds - 1)
        #expect(try failure { try tokens.list(at: before) } == .notYetValid)
    }

    @Test("of another issuer, type or signer is refused")
    func others() throws {
        let other = SignedTokens.revocations(["iss": "https://tokens.example.com/"])
        #expect(try failure { try tokens.list(other) } == .wrongIssuer)
        for type in ["JWT", "at+jwt", "delegation+jwt", "application/revocations+jwt"] {
            #expect(try failure { try tokens.list(type: type) } == .wrongType)
        }
        let stranger = try SignedTokens()
        let text = try stranger.token(SignedTokens.revocations(), type: "revocations+jwt")
        let issuer = try SignedTokens.require(Issuer(SignedTokens.issuer))
        let refused = try failure {
            try RevocationList(Array(text.utf8), issuer: issuer, keys: tokens.keys, at: SignedTokens.now)
        }
        #expect(refused == .unknownKey)
    }

    @Test("is refused when one byte of it changed")
    func changedBytes() throws {
        let text = Array(try tokens.token(SignedTokens.revocations(), type: "revocations+jwt").utf8)
        let issuer = try SignedTokens.require(Issuer(SignedTokens.issuer))
        for index in stride(from: 0, to: text.count, by: 5) {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: VerificationFailure.self) {
                try RevocationList(changed, issuer: issuer, keys: tokens.keys, at: SignedTokens.now)
            }
        }
    }

    @Test(
        "is refused when a member is not what it must be, is missing, or is one too many",
        arguments: [
            ("tokens", nil), ("chains", nil), ("agents", nil), ("agent_types", nil), ("tasks", nil),
            ("principals", nil), ("keys", nil), ("iat", nil), ("exp", nil), ("iss", nil), ("approvals", []),
            ("tokens", .null), ("tokens", [:]), ("tokens", [1]), ("tokens", ["two words"]), ("tokens", [""]),
            ("chains", ["sha256:00"]), ("chains", [.null]), ("agents", []), ("agents", ["a": "1"]),
            ("agents", ["a": .number(1.5)]), ("agents", ["a": -1]), ("agents", ["a": .integer(.max)]),
            ("agents", ["two words": 1]), ("agents", ["a": .null]), ("agent_types", ["a": true]),
            ("tasks", "INC-4711"), ("tasks", ["two words"]), ("principals", [["iss": "a"]]), ("keys", [7]),
            ("iat", "1800000000"), ("exp", .integer(1_800_003_601)), ("exp", .integer(1_800_000_000)),
        ] as [(String, JSONValue?)])
    func shapes(name: String, value: JSONValue?) throws {
        #expect(try failure { try tokens.list(SignedTokens.revocations([name: value])) }?.reason == "malformed")
    }

    @Test("signed with a key that it takes back, or with a key it does not name, is refused")
    func signers() throws {
        let own = JSONValue.string(tokens.key.publicKey.thumbprint)
        let list = SignedTokens.revocations(["keys": [own]])
        #expect(try failure { try tokens.list(list) }?.reason == "malformed")
    }

    @Test("may be longer than any token")
    func long() throws {
        let ids = try (0..<2000).map { JSONValue.string(try SignedTokens.id(bornIn: -$0)) }
        let list = try tokens.list(SignedTokens.revocations(["tokens": .array(ids)]))
        let dead = try tokens.token(SignedTokens.claims(["jti": ids[1999]]))
        #expect(throws: VerificationFailure.revoked(.token)) {
            try tokens.verifier.verify(dead, at: SignedTokens.now, revocations: list)
        }
    }

    @Test("is read as the service writes it")
    func written() throws {
        var listing = RevocationListing(mark: .init(epoch: Epoch(1), revocations: 1))
        let cut = Instant(milliseconds: SignedTokens.now.milliseconds)
        listing.tokens = [try SignedTokens.id(bornIn: 0)]
        listing.chains = [try SignedTokens.require(ChainHash(bytes: [UInt8](repeating: 1, count: 32)))]
        listing.agents = [(id: try SignedTokens.require(AgentID("inventory-001")), until: cut)]
        listing.types = [(id: try SignedTokens.require(AgentTypeID("orchestrator")), until: cut)]
        listing.tasks = [try SignedTokens.require(TaskID("INC-1"))]
        listing.principals = [try SignedTokens.require(Label("mallory@example.com"))]
        listing.keys = [try SignedTokens.require(KeyID(String(repeating: "k", count: 43)))]
        let frame = try SignedTokens.require(SignedTokens.revocations().members)
        let times = frame.filter { member in ["iss", "iat", "exp"].contains(member.name) }
        let list = try tokens.list(.object(times + listing.claims))
        let dead = try tokens.token(Relay.story.claims())
        let agent = try SignedTokens.require(AgentID("inventory-001"))
        #expect(throws: VerificationFailure.revoked(.token)) {
            try tokens.verifier.verify(dead, at: SignedTokens.now, revocations: list)
        }
        let other = try tokens.token(Relay.story.claims(["jti": .string(SignedTokens.id(bornIn: -1))]))
        #expect(throws: VerificationFailure.revoked(.agent(agent))) {
            try tokens.verifier.verify(other, at: SignedTokens.now, revocations: list)
        }
    }
}
