import COpenSSL
import MandateCore

/// The numbers a public key consists of, as bytes, most significant first (RFC 7518 §6, RFC 8037 §2).
enum PublicParts: Hashable, Sendable {
    case p256(x: [UInt8], y: [UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case ed25519([UInt8])

    /// Refuses a private key of another kind, curve or size than `algorithm` needs, and one whose halves do not match.
    static func check(_ key: OpaquePointer, fits algorithm: SignatureAlgorithm) throws(JOSEError) {
        let kind = KeyKind(algorithm)
        guard EVP_PKEY_is_a(key, kind.name) == 1 else {
            throw .unsupportedKey("is no \(kind.name) key, which \(algorithm.rawValue) needs")
        }
        switch kind {
        case .p256:
            var name = [CChar](repeating: 0, count: 32)
            var length = 0
            guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1,
                name.prefix(length).elementsEqual(KeyKind.curve.description.utf8.map(CChar.init(bitPattern:)))
            else { throw .unsupportedKey("is not on the curve P-256, which ES256 needs") }
        case .rsa:
            guard KeyKind.allowedBits.contains(Int(EVP_PKEY_get_bits(key))) else {
                throw .unsupportedKey("has a size that is not between 2048 and 8192 bits, which RS256 needs")
            }
        case .ed25519: break
        }
        let checker = try require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
        defer { EVP_PKEY_CTX_free(checker) }
        try require(EVP_PKEY_check(checker), or: .malformed("the private and the public half do not match"))
    }

    /// The public half of a key that was checked.
    static func read(from key: OpaquePointer, algorithm: SignatureAlgorithm) throws(JOSEError) -> PublicParts {
        switch algorithm {
        case .es256:
            return .p256(
                x: try number(OSSL_PKEY_PARAM_EC_PUB_X, of: key, length: 32),
                y: try number(OSSL_PKEY_PARAM_EC_PUB_Y, of: key, length: 32))
        case .rs256:
            return .rsa(
                modulus: try number(OSSL_PKEY_PARAM_RSA_N, of: key, length: nil),
                exponent: try number(OSSL_PKEY_PARAM_RSA_E, of: key, length: nil))
        case .eddsa:
            var bytes = [UInt8](repeating: 0, count: 32)
            var length = bytes.count
            try require(EVP_PKEY_get_raw_public_key(key, &bytes, &length))
            guard length == bytes.count else { throw .cryptoFailure }
            return .ed25519(bytes)
        }
    }

    /// One number of the key, in `length` bytes or in as few as it needs.
    private static func number(
        _ name: String, of key: OpaquePointer, length: Int32?
    ) throws(JOSEError) -> [UInt8] {
        var found: OpaquePointer?
        try require(EVP_PKEY_get_bn_param(key, name, &found))
        let number = try require(found)
        defer { BN_free(number) }
        let length = length ?? (BN_num_bits(number) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: Int(length))
        guard BN_bn2binpad(number, &bytes, length) == length else { throw cleared(.cryptoFailure) }
        return bytes
    }
}
