import MandateCore
import MandateJOSE
import Testing

@Suite("A token in compact form")
struct CompactJWSTests {
    private static let good = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"at+jwt\"}"

    @Test("is made, read and verified", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let header = TokenHeader(for: key, type: "at+jwt")
        let token = try CompactJWS.token(claims: "{\"sub\":\"a\"}".bytes, header: header, signer: try Signer(key))
        let read = try CompactJWS(token)
        #expect(read.header.algorithm == VerificationAlgorithm(algorithm))
        #expect(read.header.kid == key.publicKey.thumbprint)
        #expect(read.header.type == "at+jwt")
        #expect(read.payload == ["sub": "a"])
        let keys = try JWKS([key.publicKey, try PrivateKey.generate(algorithm).publicKey])
        try read.verify(with: keys, type: "at+jwt")
        try read.verify(with: keys, types: ["x", "AT+JWT"])
        #expect(throws: JOSEError.wrongType) { try read.verify(with: keys, type: "application/at+jwt") }
        #expect(throws: JOSEError.wrongType) { try read.verify(with: keys, type: "delegation+jwt") }
        #expect(throws: JOSEError.wrongType) { try read.verify(with: keys, types: []) }
        #expect(throws: JOSEError.unknownKey) { try read.verify(with: try JWKS([]), type: "at+jwt") }
    }

    @Test("is refused after a change anywhere", arguments: SignatureAlgorithm.allCases)
    func changed(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let header = TokenHeader(for: key, type: "at+jwt")
        let token = try CompactJWS.token(claims: "{\"sub\":\"abc\"}".bytes, header: header, signer: try Signer(key))
        let keys = try JWKS([key.publicKey])
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: JOSEError.self) { try CompactJWS(changed).verify(with: keys, type: "at+jwt") }
        }
    }

    @Test("is not made by a key of another algorithm than its header's")
    func otherHeader() throws {
        let signer = try Signer(try .generate(.es256))
        let header = TokenHeader(algorithm: .eddsa, kid: "k", type: "at+jwt")
        #expect(throws: JOSEError.unsupportedAlgorithm) {
            try CompactJWS.token(claims: "{}".bytes, header: header, signer: signer)
        }
    }

    @Test(
        "is refused when the header breaks a rule",
        arguments: [
            "{\"typ\":\"at+jwt\"}", "{\"alg\":1,\"typ\":\"at+jwt\"}",
            "{\"alg\":\"ES256\",\"typ\":null}", "{\"alg\":\"ES256\",\"kid\":1,\"typ\":\"at+jwt\"}",
            "{\"alg\":\"ES256\",\"kid\":null,\"typ\":\"at+jwt\"}", "[]", "", "\"x\"",
            "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",}", "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"typ\":\"at+jwt\"}",
            "\u{FEFF}{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"} x",
        ])
    func header(text: String) {
        expectMalformed(assembled(header: text))
    }

    @Test("without typ is refused wherever one is expected")
    func withoutType() throws {
        let key = try PrivateKey.generate(.es256)
        let token = try CompactJWS(try Foreign.token(key))
        #expect(token.header.type == nil)
        #expect(throws: JOSEError.wrongType) { try token.verify(with: try JWKS([key.publicKey]), types: ["JWT", ""]) }
    }

    @Test(
        "is refused when the header brings a key, a compression or an extension",
        arguments: ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"])
    func refusedMembers(name: String) {
        for value in ["null", "true", "\"DEF\"", "[\"exp\"]", "{}"] {
            expectMalformed(assembled(header: "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"\(name)\":\(value)}"))
        }
    }

    @Test(
        "is refused when it is unsigned, signed by a shared secret or by what is not supported",
        arguments: ["none", "None", "NONE", "HS256", "HS384", "HS512", "ES384", "RS512", "es256", "Ed25519", ""])
    func algorithms(name: String) {
        #expect(throws: JOSEError.unsupportedAlgorithm) {
            try CompactJWS(assembled(header: "{\"alg\":\"\(name)\",\"typ\":\"at+jwt\"}"))
        }
    }

    @Test(
        "is refused when the payload is no strict JSON object", arguments: ["", "[]", "1", "{\"a\":1,\"a\":1}", "{,}"])
    func payload(text: String) {
        expectMalformed(assembled(payload: text))
    }

    @Test("is refused when it is nested deeper than 16")
    func depth() throws {
        func claims(_ depth: Int) -> String {
            "{\"a\":\(String(repeating: "[", count: depth - 1))\(String(repeating: "]", count: depth - 1))}"
        }
        _ = try CompactJWS(assembled(payload: claims(16)))
        expectMalformed(assembled(payload: claims(17)))
    }

    @Test("is refused beyond 16 KiB and read up to it")
    func length() throws {
        let shortest = assembled(payload: "{\"a\":\"\"}").count
        let filling = String(repeating: "x", count: (CompactJWS.maximumLength - shortest) / 4 * 3)
        let longest = assembled(payload: "{\"a\":\"\(filling)\"}")
        #expect((CompactJWS.maximumLength - 4...CompactJWS.maximumLength).contains(longest.count))
        _ = try CompactJWS(longest)
        expectMalformed(assembled(payload: "{\"a\":\"\(filling)xxxxxx\"}"))
    }

    @Test(
        "is refused unless it is three parts in canonical base64url",
        arguments: [
            "", ".", "..", "a", "{h}.{p}", "{h}.{p}.", "{h}.{p}.AA.AA", "{h}..AA", ".{p}.AA", "{h}.{p}.AB",
            "{h}.{p}.A", "{h}.{p}.AA==", "{h}.{p}.A+", "{h}.{p}.A/", "{h}.{p}.AA\n", " {h}.{p}.AA", "{h}.{p}.AA ",
            "{h}=.{p}.AA", "{h}.{p}.é", "{h}.{p}.AA\0",
        ])
    func form(template: String) throws {
        let (header, payload) = (Base64URL.text(of: Self.good.bytes), Base64URL.text(of: "{}".bytes))
        let text = template.split(separator: "{h}", omittingEmptySubsequences: false).joined(separator: header)
            .split(separator: "{p}", omittingEmptySubsequences: false).joined(separator: payload)
        if template == "{h}.{p}." {
            let unsigned = try CompactJWS(text.bytes)
            let keys = try JWKS([try PrivateKey.generate(.es256).publicKey])
            #expect(throws: JOSEError.unknownKey) { try unsigned.verify(with: keys, type: "at+jwt") }
        } else {
            expectMalformed(text.bytes)
        }
    }

    @Test("without a kid is checked with the only key that fits, and refused when two do")
    func withoutKid() throws {
        let key = try PrivateKey.generate(.eddsa)
        let header = "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}"
        let input = "\(Base64URL.text(of: header.bytes)).\(Base64URL.text(of: "{}".bytes))"
        let signature = try Signer(key).signature(over: input.bytes)
        let token = try CompactJWS("\(input).\(Base64URL.text(of: signature))".bytes)
        let others = [try PrivateKey.generate(.es256).publicKey, try PrivateKey.generate(.eddsa).publicKey]
        try token.verify(with: try JWKS([others[0], key.publicKey]), type: "JWT")
        #expect(throws: JOSEError.unknownKey) {
            try token.verify(with: try JWKS([key.publicKey] + others), type: "JWT")
        }
        #expect(throws: JOSEError.badSignature) { try token.verify(with: try JWKS(others), type: "JWT") }
    }

    @Test("is refused when its algorithm is not the one of its key")
    func confusedAlgorithm() throws {
        let rsa = try JWKS([try JWK(Example.rsa.with("kid", "k"))])
        let token = try CompactJWS(assembled(header: "{\"alg\":\"PS256\",\"kid\":\"k\",\"typ\":\"at+jwt\"}"))
        #expect(throws: JOSEError.unsupportedAlgorithm) { try token.verify(with: rsa, type: "at+jwt") }
    }

    @Test("made of random bytes harms nobody, 10,000 times and 10,000 more with dots")
    func random() throws {
        let random = RandomBytes()
        let good = assembled()
        for _ in 0..<10_000 {
            let noise = try random.take(64)
            let letters = noise.map { byte in "AQaey0J9_-..".utf8[byte] }
            var changed = good
            changed[Int(noise[0]) % good.count] = noise[1]
            for bytes in [noise, letters, changed] { _ = try? CompactJWS(bytes) }
        }
    }

    private func assembled(header: String = good, payload: String = "{}") -> [UInt8] {
        "\(Base64URL.text(of: header.bytes)).\(Base64URL.text(of: payload.bytes)).AA".bytes
    }

    private func expectMalformed(_ bytes: [UInt8]) {
        let error = #expect(throws: JOSEError.self) { try CompactJWS(bytes) }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error)) for \(String(decoding: bytes, as: UTF8.self))")
            return
        }
    }
}

extension String.UTF8View {
    /// One of these bytes, chosen by a random one.
    fileprivate subscript(_ choice: UInt8) -> UInt8 { Array(self)[Int(choice) % count] }
}
