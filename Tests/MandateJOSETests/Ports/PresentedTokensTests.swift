import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@Suite("A token of our own that is presented")
struct PresentedTokensTests {
    private let key: PrivateKey
    private let other: PrivateKey
    private let tokens: PresentedTokens
    private var view = FakeView()

    init() throws {
        key = try PrivateKey.generate(.es256)
        other = try PrivateKey.generate(.es256)
        let issuer = try #require(Issuer("https://tokens.example"))
        tokens = PresentedTokens(
            foreign: ForeignTokenVerifier(
                own: issuer, keys: IssuerKeys(now: { .eightOClock }, report: { _ in })))
        view.published = [try Self.published(key)]
    }

    private static func published(_ key: PrivateKey) throws -> JSONValue {
        key.publicKey.json(kid: key.publicKey.thumbprint, alg: VerificationAlgorithm(key.algorithm))
    }

    private static let claims: JSONValue = [
        "iss": "https://tokens.example", "aud": "api", "exp": 1_800_000_900, "client_id": "agent-1",
        "jti": "01a3185c-5000-7202-8202-020202020202", "scope": "a:b",
        "human_principal": "alice@company.com",
        "delegation_chain_hash": .string("sha256:" + String(repeating: "ab", count: 32)),
    ]

    private func token(
        _ key: PrivateKey? = nil, type: String = "at+jwt", kid: String? = nil, claims: JSONValue = claims
    ) throws -> [UInt8] {
        let key = key ?? self.key
        let header = TokenHeader(algorithm: key.algorithm, kid: kid ?? key.publicKey.thumbprint, type: type)
        return try CompactJWS.token(claims: claims.canonical, header: header, signer: try Signer(key))
    }

    @Test("is proven, and is what its claims say")
    func proven() throws {
        let own = try tokens.own(try token(), in: view)
        #expect(own.type == .accessToken && own.key == KeyID(key.publicKey.thumbprint))
        #expect(own.id == "01a3185c-5000-7202-8202-020202020202" && own.issuedAt == .eightOClock)
        #expect(own.expiry == .eightOClock.advanced(bySeconds: 900) && own.holder == AgentID(checked: "agent-1"))
        #expect(own.audience == "api" && own.chain == ChainHash(bytes: [UInt8](repeating: 0xAB, count: 32)))
        #expect(own.task == nil && own.scopes == "a:b")
        #expect(own.claims == Self.claims.canonical)
    }

    @Test("is not proven any more once its key is revoked, though its signature was proven before")
    func revokedKey() throws {
        var view = view
        view.published = [try Self.published(key), try Self.published(other)]
        let (token, others) = (try token(), try token(other))
        _ = try tokens.own(token, in: view)
        _ = try tokens.own(others, in: view)
        view.published = [try Self.published(other)]
        view.epoch = Epoch(8)
        #expect(throws: TokenFault.unusable) { try tokens.own(token, in: view) }
        _ = try tokens.own(others, in: view)
        view.published = []
        view.epoch = Epoch(9)
        #expect(throws: TokenFault.unusable) { try tokens.own(token, in: view) }
        #expect(throws: TokenFault.unusable) { try tokens.own(others, in: view) }
    }

    @Test("is proven again when its key is published again")
    func publishedAgain() throws {
        var view = view
        let token = try token()
        view.published = []
        #expect(throws: TokenFault.unusable) { try tokens.own(token, in: view) }
        view.published = [try Self.published(key)]
        view.epoch = Epoch(8)
        _ = try tokens.own(token, in: view)
    }

    @Test("asks for the keys once an epoch")
    func oncePerEpoch() throws {
        var view = view
        _ = try tokens.own(try token(), in: view)
        view.published = []
        _ = try tokens.own(try token(), in: view)
        view.epoch = Epoch(8)
        #expect(throws: TokenFault.unusable) { try tokens.own(try token(), in: view) }
    }

    @Test("is not proven by a key that is not published, whatever kid it names")
    func otherKey() throws {
        #expect(throws: TokenFault.unusable) { try tokens.own(try token(other), in: view) }
        #expect(throws: TokenFault.unusable) {
            try tokens.own(try token(other, kid: key.publicKey.thumbprint), in: view)
        }
        #expect(throws: TokenFault.unusable) {
            try tokens.own(try token(key, kid: other.publicKey.thumbprint), in: view)
        }
    }

    @Test(
        "is of a type that can be presented, and nothing else we sign is",
        arguments: ["revocations+jwt", "JWT", "", "application/at+jwt", "at+jwt "])
    func type(type: String) throws {
        #expect(throws: TokenFault.unusable) { try tokens.own(try token(type: type), in: view) }
    }

    @Test("has the claims of its type: authority here, scopes there, never mixed")
    func claimsOfType() throws {
        let without = Self.claims.with("scope", nil)
        #expect(throws: TokenFault.unusable) { try tokens.own(try token(claims: without), in: view) }
        #expect(throws: TokenFault.unusable) { try tokens.own(try token(type: "delegation+jwt"), in: view) }
        #expect(try tokens.own(try token(type: "delegation+jwt", claims: without), in: view).type == .delegation)
        for (name, value) in [
            ("jti", nil), ("jti", "x"), ("jti", "01A3185C-5000-7202-8202-020202020202"), ("exp", nil),
            ("exp", "1800000900"), ("client_id", nil), ("client_id", "no agent"), ("aud", ["api"]), ("aud", nil),
            ("human_principal", nil), ("iss", nil), ("delegation_chain_hash", nil),
            ("delegation_chain_hash", "sha256:"), ("task_id", "two words"),
            ("task_id", 1), ("scope", ""), ("scope", "*"), ("scope", ["a:b"]),
        ] as [(String, JSONValue?)] {
            #expect(throws: TokenFault.unusable, "\(name)") {
                try tokens.own(try token(claims: Self.claims.with(name, value)), in: view)
            }
        }
    }

    @Test("is refused after a change of any byte, before and after it was proven")
    func tampered() throws {
        let token = try token()
        for _ in 0..<2 {
            for index in token.indices where index % 7 == 0 || index > token.count - 8 {
                var changed = token
                changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                #expect(throws: TokenFault.unusable) { try tokens.own(changed, in: view) }
            }
            for longer in [token + [0x20], token + [0x0A], token.dropLast()] {
                #expect(throws: TokenFault.unusable) { try tokens.own(Array(longer), in: view) }
            }
            _ = try tokens.own(token, in: view)
        }
    }

    @Test("is not taken for wrong when the keys cannot be read")
    func unavailable() throws {
        var view = view
        view.failure = .unavailable(.registry)
        #expect(throws: TokenFault.unavailable(.registry)) { try tokens.own(try token(), in: view) }
    }

    @Test("says whose it is before it is proven")
    func names() throws {
        let (own, other) = (
            try #require(Issuer("https://tokens.example")), try #require(Issuer("https://login.example"))
        )
        let forged = try token(self.other)
        #expect(tokens.names(own, in: forged) && !tokens.names(other, in: forged))
        #expect(!tokens.names(own, in: Array("x.y.z".utf8)) && !tokens.names(own, in: []))
    }
}
