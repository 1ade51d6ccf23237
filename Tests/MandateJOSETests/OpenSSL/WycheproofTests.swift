import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@Suite("Wycheproof", .enabled(if: Vectors.arePresent, Comment(rawValue: Vectors.absent)))
struct WycheproofTests {
    @Test("ECDSA over P-256 in r‖s: valid is accepted, invalid refused")
    func ecdsa() throws {
        try check("ecdsa_secp256r1_sha256_p1363_test.json", .es256, cases: 262) { group in
            let point = try #require(group["publicKey"]?["uncompressed"]?.string).fromHex
            let (x, y) = (Array(point[1...32]), Array(point[33...]))
            return ["kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y)]
        }
    }

    @Test("RSA PKCS#1 v1.5 with 2048 bits: valid is accepted, invalid refused")
    func rsa() throws {
        try check("rsa_signature_2048_sha256_test.json", .rs256, cases: 259) { group in
            let key = try #require(group["publicKey"])
            let modulus = Array(try #require(key["modulus"]?.string).fromHex.drop { byte in byte == 0 })
            let exponent = try #require(key["publicExponent"]?.string).fromHex
            return ["kty": "RSA", "n": encoded(modulus), "e": encoded(exponent)]
        }
    }

    @Test("Ed25519: valid is accepted, invalid refused")
    func ed25519() throws {
        try check("ed25519_test.json", .eddsa, cases: 151) { group in
            let key = try #require(group["publicKey"]?["pk"]?.string).fromHex
            return ["kty": "OKP", "crv": "Ed25519", "x": encoded(key)]
        }
    }

    private func encoded(_ bytes: [UInt8]) -> JSONValue {
        .string(Base64URL.text(of: bytes))
    }

    private func check(
        _ file: String, _ algorithm: VerificationAlgorithm, cases: Int, key: (JSONValue) throws -> JSONValue
    ) throws {
        let json = try JSONValue(strict: try Vectors.bytes("wycheproof/testvectors_v1/\(file)"))
        var seen = 0
        for group in try #require(json["testGroups"]?.array) {
            let key = try JWK(try key(group))
            for test in try #require(group["tests"]?.array) {
                seen += 1
                let accepted = key.verify(
                    signature: try #require(test["sig"]?.string).fromHex,
                    over: try #require(test["msg"]?.string).fromHex, using: algorithm)
                let comment = "\(file) \(test["tcId"]?.integer ?? 0): \(test["comment"]?.string ?? "")"
                switch try #require(test["result"]?.string) {
                case "valid": #expect(accepted, "\(comment)")
                case "invalid": #expect(!accepted, "\(comment)")
                default: break
                }
            }
        }
        #expect(seen == cases)
    }
}
