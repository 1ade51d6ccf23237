import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@Suite("The JOSE cookbook", .enabled(if: Vectors.arePresent, Comment(rawValue: Vectors.absent)))
struct CookbookTests {
    @Test(
        "signatures in our algorithms verify (RFC 7520 §4.1, RFC 8037 A.4)",
        arguments: [("jws/4_1.rsa_v15_signature.json", .rs256), ("curve25519/jws.json", .eddsa)]
            as [(String, VerificationAlgorithm)])
    func verifies(path: String, algorithm: VerificationAlgorithm) throws {
        let example = try example(path)
        let key = try JWK(publicHalf(try #require(example["input"]?["key"])))
        let input = try #require(example["signing"]?["sig-input"]?.string)
        let signature = try decoded(example["signing"]?["sig"]?.string)
        #expect(key.verify(signature: signature, over: input.bytes, using: algorithm))
        #expect(!key.verify(signature: signature, over: input.bytes + [0], using: algorithm))
    }

    @Test("the RS256 signature among several verifies (RFC 7520 §4.8)")
    func multiple() throws {
        let example = try example("jws/4_8.multiple_signatures.json")
        let key = try JWK(publicHalf(try #require(example["input"]?["key"]?.array?.first)))
        let output = try #require(example["output"]?["json"])
        let first = try #require(output["signatures"]?.array?.first)
        let protected = try #require(first["protected"]?.string)
        let payload = try #require(output["payload"]?.string)
        let signature = try decoded(first["signature"]?.string)
        #expect(key.verify(signature: signature, over: "\(protected).\(payload)".bytes, using: .rs256))
    }

    @Test(
        "tokens in other algorithms are refused before any key is looked for",
        arguments: ["4_2.rsa-pss_signature", "4_3.ecdsa_signature", "4_4.hmac-sha2_integrity_protection"])
    func otherAlgorithms(name: String) throws {
        let compact = try compact("jws/\(name).json")
        #expect(throws: JOSEError.unsupportedAlgorithm) { try CompactJWS(compact) }
    }

    @Test(
        "tokens that are detached, unencoded or without typ are refused",
        arguments: [
            "jws/4_1.rsa_v15_signature", "jws/4_5.signature_with_detached_content", "curve25519/jws",
            "rfc7797/hmac-sha2_b64_false",
        ])
    func otherForms(name: String) throws {
        let compact = try compact("\(name).json")
        #expect(throws: JOSEError.self) { try CompactJWS(compact) }
    }

    @Test("the public RSA key is read (RFC 7520 §3.3)")
    func publicKey() throws {
        let key = try JWK(try example("jwk/3_3.rsa_public_key.json"))
        #expect(key.kid == "bilbo.baggins@hobbiton.example")
        #expect(key.algorithm == nil)
    }

    @Test("the private keys are refused (RFC 7520 §3.2, §3.4)", arguments: ["3_2.ec", "3_4.rsa"])
    func privateKeys(name: String) throws {
        let message = "a JWK holds a private key (d); only public keys belong here"
        #expect(throws: JOSEError.malformed(message)) { try JWK(try example("jwk/\(name)_private_key.json")) }
    }

    @Test(
        "the symmetric keys and the one on P-521 are not supported (RFC 7520 §3.1, §3.5, §3.6)",
        arguments: ["3_1.ec_public_key", "3_5.symmetric_key_mac_computation", "3_6.symmetric_key_encryption"])
    func otherKeys(name: String) throws {
        let error = #expect(throws: JOSEError.self) { try JWK(try example("jwk/\(name).json")) }
        guard case .unsupportedKey = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    private func example(_ path: String) throws -> JSONValue {
        try JSONValue(strict: try Vectors.bytes("cookbook/\(path)"))
    }

    private func compact(_ path: String) throws -> [UInt8] {
        let text = try example(path)["output"]?["compact"]?.string
        return try #require(text).bytes
    }

    private func decoded(_ text: String?) throws -> [UInt8] {
        let text = try #require(text)
        return try #require(Base64URL.decode(text.utf8))
    }

    private func publicHalf(_ key: JSONValue) -> JSONValue {
        ["d", "p", "q", "dp", "dq", "qi"].reduce(key) { key, name in key.with(name, nil) }
    }
}
