import MandateCore
import MandateJOSE
import Testing

@Suite("A private key")
struct PrivateKeyTests {
    @Test("goes through PEM and stays the same", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let pem = try key.pem()
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let again = try PrivateKey(pem: pem, algorithm: algorithm)
        #expect(again.publicKey == key.publicKey)
        #expect(again.publicKey.kid == key.publicKey.thumbprint)
        let signature = try Signer(again).signature(over: [1])
        #expect(key.publicKey.verify(signature: signature, over: [1], using: VerificationAlgorithm(algorithm)))
    }

    @Test("is refused for another algorithm than its own", arguments: SignatureAlgorithm.allCases)
    func otherAlgorithm(algorithm: SignatureAlgorithm) throws {
        let pem = try PrivateKey.generate(algorithm).pem()
        for other in SignatureAlgorithm.allCases where other != algorithm {
            let error = #expect(throws: JOSEError.self) { try PrivateKey(pem: pem, algorithm: other) }
            guard case .unsupportedKey = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("is refused when truncated anywhere, followed by more, or broken")
    func broken() throws {
        let pem = try PrivateKey.generate(.es256).pem()
        for length in 0..<pem.count - 1 {
            #expect(throws: JOSEError.self) { try PrivateKey(pem: Array(pem.prefix(length)), algorithm: .es256) }
        }
        #expect(throws: JOSEError.self) { try PrivateKey(pem: pem + pem, algorithm: .es256) }
        #expect(throws: JOSEError.self) { try PrivateKey(pem: "# a key\n".bytes + pem, algorithm: .es256) }
        for index in stride(from: 28, to: pem.count - 26, by: 3) {
            var changed = pem
            changed[index] = UInt8(ascii: "!")
            #expect(throws: JOSEError.self) { try PrivateKey(pem: changed, algorithm: .es256) }
        }
    }

    @Test("is refused in any form but unencrypted PKCS#8 on the right curve", arguments: others.indices)
    func forms(index: Int) {
        let (label, content, error) = Self.others[index]
        let pem = "-----BEGIN \(label)-----\n\(content)\n-----END \(label)-----\n"
        #expect(throws: error) { try PrivateKey(pem: pem.bytes, algorithm: .es256) }
    }

    private static let otherForm = JOSEError.malformed(
        "is not a PEM file that begins with BEGIN PRIVATE KEY (PKCS#8, not encrypted)")

    /// Keys made for this test by the openssl program: SEC 1, encrypted PKCS#8, P-384, a public key, and
    /// a private half with the public half of another.
    private static let others: [(label: String, content: String, error: JOSEError)] = [
        (
            "EC PRIVATE KEY",
            """
            MHcCAQEEIC/6W2NRq+i8eit077EFNjZbQIF4EBsVAGvKUeKwyvVloAoGCCqGSM49
            AwEHoUQDQgAEKIO/KZybSxWcBaOVWKN9bVWi/kL8q1jVwA9rEI/+eiH1gdbvZFYf
            bHwMkPdzV7GOMhhFWngnYGj9L9nCIFPA8A==
            """, otherForm
        ),
        (
            "ENCRYPTED PRIVATE KEY",
            """
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi1qjPx2DnEGAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEL1qk58G0+7GGO358zrBrgYEgZAS
            0aJ3L5vMIcIWHF2f1HmMDVGCwG2rpd4oPAzedMYRgoJtp7pXKhukCXU/XUoBjTmM
            OcZn9K4dqkU1WsUGQn3k62BbCWX4j1VLfIf+zdZw652LP3L2LFS966LteIVMPrp1
            ttrTZvvP9LGfy2emkNABoQvD8lSI5T2y68/BvWfwO88TKYHuX59moxyM8SJf4/0=
            """, otherForm
        ),
        (
            "PRIVATE KEY",
            """
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDD1tnJeOJsP/xqIb6lS
            O8TLv1/WaKMAZ5UwmiS9QfQKByX3XtoRZDyZecIsZAENnuahZANiAASYAF4ApXPs
            WoXF9n2d7RfwhzKYsRXa1qEHbsnev5/qLF0DIX/QK2yTgsr0Lspb5q1KLQQCTbkP
            4sFoRzMIUEpdU4V3wv2MEECMYzYqzhVv19AxPFGXhrHBXI4akQFt1d4=
            """, .unsupportedKey("is not on the curve P-256, which ES256 needs")
        ),
        (
            "PUBLIC KEY",
            """
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKIO/KZybSxWcBaOVWKN9bVWi/kL8
            q1jVwA9rEI/+eiH1gdbvZFYfbHwMkPdzV7GOMhhFWngnYGj9L9nCIFPA8A==
            """, otherForm
        ),
        (
            "PRIVATE KEY",
            """
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL/pbY1Gr6Lx6K3Tv
            sQU2NltAgXgQGxUAa8pR4rDK9WWhRANCAASiYiAT+OiRRRtVu5XL/dH/mNZEntPX
            ZAojawjml8eEICJIfwV3b2mRcsg/LfdJ/XEccVvNGc0UtfJExiEyWy/p
            """, .malformed("the private and the public half do not match")
        ),
    ]
}
