import MandateCore
import MandateJOSE
import Testing

@Suite("A key set")
struct JWKSTests {
    @Test("skips keys that are not supported, as RFC 7517 §5 asks")
    func skips() throws {
        let set = try read([
            Example.p256.with("kid", "a"), ["kty": "oct", "k": "AAAA"], ["kty": "XYZ", "kid": "a"],
            Example.p256.with("crv", "P-521"), Example.rsa.with("use", "enc"), Example.rsa.with("kid", "b"),
        ])
        #expect(set.keys.map(\.kid) == ["a", "b"])
        #expect(set.key(kid: "b")?.algorithm == .rs256)
        #expect(set.key(kid: "c") == nil)
    }

    @Test(
        "is refused with a malformed or a private key, or a kid twice",
        arguments: [
            [Example.p256.with("x", "AA")], [Example.p256, Example.rsa.with("d", "AA")], [.null],
            [Example.p256.with("kid", "a"), Example.rsa.with("kid", "a")],
        ] as [[JSONValue]])
    func refuses(keys: [JSONValue]) {
        #expect(throws: JOSEError.self) { try read(keys) }
    }

    @Test(
        "is refused when it is no strict JSON object with an array of keys",
        arguments: ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":null}"])
    func shape(text: String) {
        #expect(throws: JOSEError.self) { try JWKS(strict: text.bytes) }
    }

    @Test("has at most 100 keys, skipped ones counted")
    func limit() throws {
        let other: JSONValue = ["kty": "XYZ"]
        #expect(try read([JSONValue](repeating: other, count: 100)).keys.isEmpty)
        #expect(throws: JOSEError.self) { try read([JSONValue](repeating: other, count: 101)) }
    }

    @Test("tells kids apart by their bytes")
    func bytes() throws {
        let set = try read([Example.p256.with("kid", "\u{E9}"), Example.rsa.with("kid", "e\u{301}")])
        #expect(set.key(kid: "e\u{301}")?.algorithm == .rs256)
        #expect(set.key(kid: "\u{E9}")?.algorithm == nil)
    }

    @Test("is published in canonical form and reads back the same")
    func canonical() throws {
        let keys = try SignatureAlgorithm.allCases.map { algorithm in try PrivateKey.generate(algorithm).publicKey }
        let set = try JWKS(keys)
        #expect(try JWKS(strict: set.canonical).keys == keys)
        #expect(try JSONValue(strict: set.canonical).canonical == set.canonical)
    }

    private func read(_ keys: [JSONValue]) throws -> JWKS {
        try JWKS(strict: JSONValue.object([JSONMember(name: "keys", value: .array(keys))]).canonical)
    }
}
