import MandateCore
import MandateJOSE
import MandateVerifier
import Testing

@Suite("An access token")
struct AccessTokenVerifierTests {
    let tokens: SignedTokens

    init() throws {
        tokens = try SignedTokens()
    }

    @Test(
        "is refused when a claim is not what it must be",
        arguments: [
            ("aud", ["cloud-inventory-api"]), ("aud", .null), ("aud", nil), ("exp", nil), ("exp", "1800000600"),
            ("exp", .number(1_800_000_600.5)), ("iat", nil), ("nbf", nil), ("nbf", .integer(-1)), ("jti", nil),
            ("jti", "two words"), ("jti", "019B0000-0000-7000-8000-000000000001"),
            ("jti", "019b0000-0000-4000-8000-000000000001"), ("sub", ""), ("iss", nil), ("client_id", "another"),
            ("agent_id", nil),
            ("agent_type", 7), ("team", .null), ("task_id", "two words"), ("scope", nil), ("scope", ""),
            ("scope", "*"), ("permissions", ["ec2:*"]), ("permissions", "ec2:DescribeInstances"),
            ("delegation_depth", 0), ("delegation_depth", 33), ("delegation_chain_hash", "sha256:00"),
            ("human_principal", nil), ("exp", .integer(1_800_000_000)),
        ] as [(String, JSONValue?)])
    func refusesClaims(name: String, value: JSONValue?) throws {
        let claims = try SignedTokens.claims([name: value])
        let failure = try failure(claims)
        #expect(failure?.reason == "malformed")
    }

    @Test("of another kind is refused", arguments: ["JWT", "delegation+jwt", "application/at+jwt", "revocations+jwt"])
    func refusesTypes(type: String) throws {
        let token = try tokens.token(SignedTokens.claims(), type: type)
        #expect(throws: VerificationFailure.wrongType) { try tokens.verifier.verify(token, at: SignedTokens.now) }
    }

    @Test("is refused when one byte of it changed")
    func refusesChangedBytes() throws {
        let token = Array(try tokens.token(SignedTokens.claims()).utf8)
        for index in stride(from: 0, to: token.count, by: 7) {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: VerificationFailure.self) {
                try tokens.verifier.verify(String(decoding: changed, as: UTF8.self), at: SignedTokens.now)
            }
        }
    }

    @Test("signed by a stranger is refused, with and without the same key id")
    func refusesStrangers() throws {
        let stranger = try SignedTokens()
        let token = try stranger.token(SignedTokens.claims())
        #expect(throws: VerificationFailure.unknownKey) { try tokens.verifier.verify(token, at: SignedTokens.now) }
        let forged = TokenHeader(algorithm: .es256, kid: tokens.key.publicKey.thumbprint, type: "at+jwt")
        let bytes = try CompactJWS.token(
            claims: SignedTokens.claims().canonical, header: forged, signer: Signer(stranger.key))
        #expect(throws: VerificationFailure.badSignature) {
            try tokens.verifier.verify(String(decoding: bytes, as: UTF8.self), at: SignedTokens.now)
        }
    }

    @Test("is refused when it is no token at all", arguments: ["", "..", "a.b", "a.b.c.d", "e30.e30.", "é.é.é"])
    func refusesRubbish(text: String) throws {
        let verifier = try tokens.verifier
        #expect {
            try verifier.verify(text, at: SignedTokens.now)
        } throws: { error in
            (error as? VerificationFailure)?.reason == "malformed"
        }
    }

    @Test("of another issuer or for another audience is refused")
    func refusesOthers() throws {
        #expect(try failure(SignedTokens.claims(["iss": "https://tokens.example.com/"])) == .wrongIssuer)
        #expect(try failure(SignedTokens.claims(["aud": "billing-api"])) == .wrongAudience)
    }

    @Test("lives from its issue until just before its expiry, without any skew")
    func lives() throws {
        let claims = try SignedTokens.claims()
        let end = SignedTokens.now.advanced(bySeconds: 600)
        #expect(try failure(claims, at: end) == .expired)
        #expect(try failure(claims, at: Instant(milliseconds: end.milliseconds - 1)) == nil)
        #expect(try failure(claims, at: Instant(milliseconds: SignedTokens.now.milliseconds - 1)) == .notYetValid)
    }

    @Test("bound to a key is refused: nobody here checks the proof")
    func refusesBound() throws {
        #expect(try failure(SignedTokens.claims(["cnf": ["jkt": "x"]])) == .proofRequired)
    }

    @Test("that is good yields its claims", arguments: SignatureAlgorithm.allCases)
    func accepts(algorithm: SignatureAlgorithm) throws {
        let token = try SignedTokens(algorithm).verify(SignedTokens.claims())
        #expect(token.agent.rawValue == "inventory-001")
        #expect(token.team?.rawValue == "platform-engineering")
        #expect(token.agentVersion == nil)
        #expect(token.scopes.description == "ec2:DescribeInstances")
        #expect(token.task?.rawValue == "INC-4711")
        #expect(token.humanPrincipal == "alice@example.com")
        #expect(token.expiry == SignedTokens.now.advanced(bySeconds: 600))
    }

    @Test("allows the scopes it holds and no other")
    func requiresScopes() throws {
        let token = try tokens.verify(SignedTokens.claims())
        let held = try SignedTokens.require(Scope("ec2:DescribeInstances"))
        let other = try SignedTokens.require(Scope("ec2:TerminateInstances"))
        try token.require(held)
        #expect(throws: VerificationFailure.insufficientScope(other)) { try token.require(other) }
    }

    private func failure(_ claims: JSONValue, at now: Instant = SignedTokens.now) throws -> VerificationFailure? {
        do {
            _ = try tokens.verify(claims, at: now)
            return nil
        } catch let failure as VerificationFailure {
            return failure
        }
    }
}
