import COpenSSL

/// A public key as OpenSSL holds it, parsed and checked once; read-only, so threads may share it.
public final class VerificationKey: Sendable {
    /// EVP_PKEY_PUBLIC_KEY, a macro that Swift cannot read: the domain and other parameters, and the public key.
    private static let publicHalf =
        OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS | OSSL_KEYMGMT_SELECT_OTHER_PARAMETERS | OSSL_KEYMGMT_SELECT_PUBLIC_KEY

    nonisolated(unsafe) let pointer: OpaquePointer
    private let parts: PublicParts

    /// The key of a JWK.
    public convenience init(_ key: JWK) throws(JOSEError) {
        try self.init(key.parts)
    }

    /// Refuses a point that is not on the curve and an RSA key outside the bounds.
    init(_ parts: PublicParts) throws(JOSEError) {
        self.parts = parts
        switch parts {
        case .p256(let x, let y):
            pointer = try Self.p256(x: x, y: y)
        case .rsa(let modulus, let exponent):
            pointer = try Self.rsa(modulus: modulus, exponent: exponent)
        case .ed25519(let bytes):
            guard bytes.count == 32 else { throw .malformed("x of an Ed25519 key is not 32 bytes") }
            pointer = try require(EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, bytes, bytes.count))
        }
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// Whether a key of this kind can check signatures of this algorithm.
    func fits(_ algorithm: VerificationAlgorithm) -> Bool {
        switch (parts, algorithm) {
        case (.p256, .es256), (.rsa, .rs256), (.rsa, .ps256), (.ed25519, .eddsa): true
        case (.p256, _), (.rsa, _), (.ed25519, _): false
        }
    }

    private static func p256(x: [UInt8], y: [UInt8]) throws(JOSEError) -> OpaquePointer {
        guard x.count == 32, y.count == 32 else { throw .malformed("x or y of a P-256 key is not 32 bytes") }
        let uncompressed = [0x04] + x + y
        let offCurve = JOSEError.malformed("x and y are no point on P-256")
        let key = try uncompressed.withUnsafeBufferPointer { point throws(JOSEError) in
            try build(.p256, or: offCurve) { builder in
                let curve = KeyKind.curve
                return OSSL_PARAM_BLD_push_utf8_string(builder, KeyName.group.pointer, curve.pointer, 0) == 1
                    && OSSL_PARAM_BLD_push_octet_string(builder, KeyName.point.pointer, point.baseAddress, point.count)
                        == 1
            }
        }
        do throws(JOSEError) {
            let checker = try require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
            defer { EVP_PKEY_CTX_free(checker) }
            try require(EVP_PKEY_public_check(checker), or: offCurve)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        return key
    }

    private static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(JOSEError) -> OpaquePointer {
        guard let bits = bitCount(modulus), KeyKind.allowedBits.contains(bits) else {
            throw .unsupportedKey("an RSA key must have 2048 to 8192 bits")
        }
        guard let last = modulus.last, last & 1 == 1 else { throw .malformed("n of an RSA key is even") }
        guard let size = bitCount(exponent), (2...64).contains(size), let end = exponent.last, end & 1 == 1 else {
            throw .unsupportedKey("e of an RSA key must be odd, at least 3 and at most 64 bits")
        }
        let n = try require(BN_bin2bn(modulus, Int32(modulus.count), nil))
        defer { BN_free(n) }
        let e = try require(BN_bin2bn(exponent, Int32(exponent.count), nil))
        defer { BN_free(e) }
        return try build(.rsa, or: .malformed("n and e are no RSA key")) { builder in
            OSSL_PARAM_BLD_push_BN(builder, KeyName.modulus.pointer, n) == 1
                && OSSL_PARAM_BLD_push_BN(builder, KeyName.exponent.pointer, e) == 1
        }
    }

    /// How many bits a number without leading zero bytes has; `nil` when it has such bytes or none at all.
    private static func bitCount(_ number: [UInt8]) -> Int? {
        guard let first = number.first, first > 0 else { return nil }
        return number.count * 8 - first.leadingZeroBitCount
    }

    /// A public key from what `push` puts in. OpenSSL keeps only the addresses of that, also of the names, and copies
    /// it before this returns; so the names are literals and the values belong to the caller.
    private static func build(
        _ kind: KeyKind, or error: JOSEError, push: (OpaquePointer) -> Bool
    ) throws(JOSEError) -> OpaquePointer {
        let builder = try require(OSSL_PARAM_BLD_new())
        defer { OSSL_PARAM_BLD_free(builder) }
        guard push(builder) else { throw cleared(.cryptoFailure) }
        let parameters = try require(OSSL_PARAM_BLD_to_param(builder))
        defer { OSSL_PARAM_free(parameters) }
        let maker = try require(EVP_PKEY_CTX_new_from_name(nil, kind.name, nil))
        defer { EVP_PKEY_CTX_free(maker) }
        try require(EVP_PKEY_fromdata_init(maker))
        var made: OpaquePointer?
        try require(EVP_PKEY_fromdata(maker, &made, publicHalf, parameters), or: error)
        return try require(made, or: error)
    }
}

/// OpenSSL's names for the parts of a public key (EVP_PKEY-EC(7), EVP_PKEY-RSA(7)).
private enum KeyName {
    static let group: StaticString = "group"
    static let point: StaticString = "pub"
    static let modulus: StaticString = "n"
    static let exponent: StaticString = "e"
}

extension StaticString {
    /// A C string that lives as long as the program.
    fileprivate var pointer: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
