import MandateCore
import Testing

@testable import MandateJOSE

@Suite("A signer")
struct SignerTests {
    @Test("makes signatures that its public key accepts, again and again", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let signer = try Signer(key)
        for count in [0, 1, 55, 64, 600, 20_000] {
            let message = [UInt8](repeating: 0x61, count: count)
            let signature = try signer.signature(over: message)
            let using = VerificationAlgorithm(algorithm)
            #expect(signature.count == (algorithm == .rs256 ? 256 : 64))
            #expect(key.publicKey.verify(signature: signature, over: message, using: using))
            #expect(!key.publicKey.verify(signature: signature, over: message + [0], using: using))
            #expect(!key.publicKey.verify(signature: signature + [0], over: message, using: using))
            #expect(!key.publicKey.verify(signature: signature.dropLast(), over: message, using: using))
            #expect(!key.publicKey.verify(signature: [], over: message, using: using))
            for other in VerificationAlgorithm.allCases where other != using {
                #expect(!key.publicKey.verify(signature: signature, over: message, using: other))
            }
        }
    }

    @Test("writes 64 bytes for each of 5,000 ES256 signatures, short r and s included")
    func lengths() throws {
        let key = try PrivateKey.generate(.es256)
        let signer = try Signer(key)
        var short = 0
        for index in 0..<5000 {
            let message = "message \(index)".bytes
            let signature = try signer.signature(over: message)
            #expect(signature.count == 64)
            if signature[0] == 0 || signature[32] == 0 { short += 1 }
            if index % 50 == 0 || signature[0] == 0 || signature[32] == 0 {
                #expect(key.publicKey.verify(signature: signature, over: message, using: .es256))
            }
        }
        #expect(short > 0)
    }

    @Test("that was made for one key is refused by another of the same kind", arguments: SignatureAlgorithm.allCases)
    func otherKey(algorithm: SignatureAlgorithm) throws {
        let signature = try Signer(try .generate(algorithm)).signature(over: [1, 2, 3])
        let other = try PrivateKey.generate(algorithm).publicKey
        #expect(!other.verify(signature: signature, over: [1, 2, 3], using: VerificationAlgorithm(algorithm)))
    }

    @Test(
        "refuses DER that is not two positive integers of at most 32 bytes",
        arguments: [
            [], [0x30], [0x30, 0x00], [0x30, 0x06, 2, 1, 1, 2, 1], [0x31, 0x06, 2, 1, 1, 2, 1, 1],
            [0x30, 0x06, 2, 1, 0x80, 2, 1, 1], [0x30, 0x07, 2, 1, 1, 2, 1, 1, 0], [0x30, 0x05, 2, 0, 2, 1, 1],
            [0x30, 0x06, 2, 9, 1, 2, 1, 1], [0x30, 0x26, 2, 33] + [UInt8](repeating: 1, count: 33) + [2, 1, 1],
        ] as [[UInt8]])
    func der(bytes: [UInt8]) {
        var output: [UInt8] = []
        #expect(throws: JOSEError.cryptoFailure) { try SignatureForm.append(fromDER: bytes[...], to: &output) }
    }

    @Test("turns r‖s into DER and back, whatever its leading bytes")
    func forms() throws {
        let heads: [[UInt8]] = [[0, 0, 1], [0, 0x80], [0x7F], [0x80], [0xFF]]
        for head in heads {
            for tail in heads {
                let r = head + [UInt8](repeating: 5, count: 32 - head.count)
                let s = tail + [UInt8](repeating: 6, count: 32 - tail.count)
                let der = try #require(SignatureForm.der(from: r + s))
                var output: [UInt8] = []
                try SignatureForm.append(fromDER: der[...], to: &output)
                #expect(output == r + s)
            }
        }
        #expect(SignatureForm.der(from: [UInt8](repeating: 0, count: 64)) == [0x30, 6, 2, 1, 0, 2, 1, 0])
        #expect(SignatureForm.der(from: [UInt8](repeating: 0, count: 63)) == nil)
    }
}
