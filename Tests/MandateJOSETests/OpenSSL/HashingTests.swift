import MandateCore
import MandateJOSE
import Testing

@Suite("Hashing and randomness")
struct HashingTests {
    @Test("SHA-256 gives the values of FIPS 180-4")
    func sha256() throws {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Hex.encode(try SHA256.hash([])) == empty)
        #expect(Hex.encode(try SHA256.hash("abc".bytes)) == abc)
        #expect(Hex.encode(try "abc".bytes.withUnsafeBytes { bytes in try SHA256.hash(bytes) }) == abc)
        #expect(Hex.encode(try SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0))) == empty)
    }

    @Test("comparison sees every byte and the length")
    func comparison() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
    }

    @Test("random bytes come in the number asked for and do not repeat, across blocks")
    func random() throws {
        let random = RandomBytes()
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 { seen.insert(try random.take(16)) }
        #expect(seen.count == 1000)
        for count in [0, 1, 4095, 4096, 4097, 10_000] { #expect(try random.take(count).count == count) }
        #expect(throws: JOSEError.cryptoFailure) { try RandomBytes.fresh(.max) }
        #expect(throws: JOSEError.cryptoFailure) { try random.take(-1) }
    }
}
