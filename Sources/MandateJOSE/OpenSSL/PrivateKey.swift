import COpenSSL
import MandateCore

/// A private key that signs in exactly one algorithm. It is read-only after it was made, so loops may share it.
public final class PrivateKey: Sendable {
    /// The only algorithm this key signs in.
    public let algorithm: SignatureAlgorithm

    /// The public half; its `kid` is its thumbprint (RFC 7638) and its `alg` is pinned.
    public let publicKey: JWK

    /// OpenSSL lets threads share a key that nobody changes.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Takes over the reference to `pointer`, also when it throws.
    init(owning pointer: OpaquePointer, algorithm: SignatureAlgorithm) throws(JOSEError) {
        do throws(JOSEError) {
            try PublicParts.check(pointer, fits: algorithm)
            let parts = try PublicParts.read(from: pointer, algorithm: algorithm)
            publicKey = try JWK(parts, algorithm: VerificationAlgorithm(algorithm))
        } catch {
            EVP_PKEY_free(pointer)
            throw cleared(error)
        }
        self.pointer = pointer
        self.algorithm = algorithm
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// A new key: P-256 for ES256, RSA with 2048 bits and exponent 65537 for RS256, Ed25519 for EdDSA.
    public static func generate(_ algorithm: SignatureAlgorithm) throws(JOSEError) -> PrivateKey {
        let generator = try require(EVP_PKEY_CTX_new_from_name(nil, KeyKind(algorithm).name, nil))
        defer { EVP_PKEY_CTX_free(generator) }
        try require(EVP_PKEY_keygen_init(generator))
        switch algorithm {
        case .es256: try require(EVP_PKEY_CTX_set_group_name(generator, KeyKind.curve.description))
        case .rs256: try require(EVP_PKEY_CTX_set_rsa_keygen_bits(generator, KeyKind.generatedBits))
        case .eddsa: break
        }
        var made: OpaquePointer?
        try require(EVP_PKEY_generate(generator, &made))
        return try PrivateKey(owning: try require(made), algorithm: algorithm)
    }
}

/// What OpenSSL calls the three kinds of key, and their bounds.
enum KeyKind: Sendable {
    case p256, rsa, ed25519

    static let curve: StaticString = "prime256v1"
    static let generatedBits: Int32 = 2048
    /// Below, factoring is within reach; above, one check costs an attacker nothing and us milliseconds.
    static let allowedBits = 2048...8192

    init(_ algorithm: SignatureAlgorithm) {
        self =
            switch algorithm {
            case .es256: .p256
            case .rs256: .rsa
            case .eddsa: .ed25519
            }
    }

    var name: String {
        switch self {
        case .p256: "EC"
        case .rsa: "RSA"
        case .ed25519: "ED25519"
        }
    }
}
