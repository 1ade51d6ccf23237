import MandateCore
import MandateJOSE
import Testing

@Suite("A JWK")
struct JWKTests {
    @Test("has the thumbprint of RFC 7638 §3.1 and of RFC 8037 appendix A.3")
    func thumbprint() throws {
        #expect(try JWK(Example.rsa).thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(try JWK(Example.ed25519).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("keeps kid and pins alg", arguments: [Example.p256, Example.rsa, Example.ed25519])
    func pinned(json: JSONValue) throws {
        let free = try JWK(json.with("kid", nil).with("alg", nil))
        #expect(free.kid == nil)
        #expect(free.algorithm == nil)
        let algorithm = try #require(VerificationAlgorithm.allCases.first(where: free.accepts))
        let pinned = try JWK(json.with("kid", "k").with("alg", .string(algorithm.rawValue)))
        #expect(pinned.kid == "k")
        #expect(pinned.algorithm == algorithm)
        #expect(VerificationAlgorithm.allCases.filter(pinned.accepts) == [algorithm])
        #expect(pinned != free)
        #expect(pinned.thumbprint == free.thumbprint)
    }

    @Test("of our own is published with public members only", arguments: SignatureAlgorithm.allCases)
    func published(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm).publicKey
        let json = key.json(kid: key.thumbprint, alg: VerificationAlgorithm(algorithm))
        let names = Set((json.members ?? []).map(\.name))
        #expect(names.isSubset(of: ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"]))
        #expect(json["use"] == "sig")
        #expect(json["alg"] == .string(algorithm.rawValue))
        #expect(json["kid"] == .string(key.thumbprint))
        #expect(try JWK(json) == key)
    }

    @Test(
        "is refused as malformed",
        arguments: [
            Example.p256.with("d", "AA"), Example.rsa.with("d", "AA"), Example.rsa.with("p", "AA"),
            Example.ed25519.with("d", nil).with("d", .null), Example.p256.with("x", nil),
            Example.p256.with("x", 1), Example.p256.with("x", "AA"), Example.p256.with("y", "AA"),
            Example.p256.with("x", .string(String(repeating: "A", count: 42) + "B")),
            Example.p256.with("y", .string(String(repeating: "A", count: 43))),
            Example.p256.with("y", .string(String(repeating: "A", count: 43) + "=")),
            Example.p256.with("kty", nil), Example.p256.with("kty", 1), Example.p256.with("crv", nil),
            Example.p256.with("alg", "RS256"), Example.rsa.with("alg", "ES256"), Example.ed25519.with("alg", "ES256"),
            Example.p256.with("alg", 1), Example.p256.with("kid", 1), Example.p256.with("use", 1),
            Example.p256.with("key_ops", "verify"), Example.p256.with("key_ops", ["verify", 1]),
            Example.rsa.with("n", "AA"), Example.rsa.with("e", "AAEAAQ"), Example.rsa.with("e", ""),
            Example.ed25519.with("x", "AAAA"), [1], "text", .null,
        ] as [JSONValue])
    func malformed(json: JSONValue) {
        let error = #expect(throws: JOSEError.self) { try JWK(json) }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "is refused as not supported",
        arguments: [
            ["kty": "oct", "k": "AAAA"], ["kty": "OKP", "crv": "X25519", "x": "AAAA"], ["kty": "PQ"],
            Example.p256.with("crv", "P-384"), Example.p256.with("use", "enc"),
            Example.p256.with("key_ops", ["sign"]), Example.p256.with("key_ops", []),
            Example.p256.with("alg", "none"), Example.p256.with("alg", "HS256"), Example.rsa.with("alg", "RS512"),
            Example.rsa.with("n", .string(Example.rsaModulus1024)), Example.rsa.with("e", "AQ"),
            Example.rsa.with("e", "Ag"), Example.rsa.with("e", "AQAA"),
            Example.rsa.with("n", .string(Base64URL.text(of: [UInt8](repeating: 0xFF, count: 1025)))),
        ] as [JSONValue])
    func unsupported(json: JSONValue) {
        let error = #expect(throws: JOSEError.self) { try JWK(json) }
        guard case .unsupportedKey = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("with key_ops may verify when it says so")
    func operations() throws {
        _ = try JWK(Example.p256.with("key_ops", ["verify", "other"]))
    }
}

/// Public keys out of RFCs.
enum Example {
    /// RFC 7515 appendix A.3.
    static let p256: JSONValue = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]

    /// RFC 7638 §3.1.
    static let rsa: JSONValue = [
        "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": """
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
        oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
        ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
        kEgU8awapJzKnqDKgw
        """,
    ]

    /// RFC 8037 appendix A.2.
    static let ed25519: JSONValue = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]

    static let rsaModulus1024 = """
        rvBTX4bqBbujAVYn8MNq-P0ard8STPsXdSzCHYLhM9zZjkvx0x1j2bTaW2FWKfy9nDZWWM1vKD1_WfU-u8QUdxH8mrQbNw5gbkyA\
        KkybNzLDYN4Rydy81fapgT1BZzFojSpoW6J8pvyiZL7OEGrJ2F-MzHKNukPWiUkbxbP_4p8
        """
}
