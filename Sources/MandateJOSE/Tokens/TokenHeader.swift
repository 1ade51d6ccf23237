import MandateCore

/// The header of the tokens one key signs for one purpose, encoded once.
public struct TokenHeader: Sendable {
    /// The `alg` it names.
    public let algorithm: SignatureAlgorithm

    /// The base64url text of the header, without the dot after it.
    public let encoded: [UInt8]

    /// The header `{"alg":…,"kid":…,"typ":…}` (RFC 7515 §4.1).
    public init(algorithm: SignatureAlgorithm, kid: String, type: String) {
        var writer = JSONWriter(capacity: 128)
        writer.raw("{\"alg\":")
        writer.string(algorithm.rawValue)
        writer.raw(",\"kid\":")
        writer.string(kid)
        writer.raw(",\"typ\":")
        writer.string(type)
        writer.raw("}")
        self.algorithm = algorithm
        encoded = Base64URL.encode(writer.bytes)
    }

    /// The header for tokens that `key` signs, under the key's own thumbprint.
    public init(for key: PrivateKey, type: String) {
        self.init(algorithm: key.algorithm, kid: key.publicKey.thumbprint, type: type)
    }
}

extension CompactJWS {
    private static let dot = UInt8(ascii: ".")
    private static let signatureRoom = 352

    /// A signed token in compact form (RFC 7515 §3.1) over claims that are JSON bytes already.
    public static func token(
        claims: [UInt8], header: TokenHeader, signer: Signer
    ) throws(JOSEError) -> [UInt8] {
        guard header.algorithm == signer.algorithm else { throw .unsupportedAlgorithm }
        var token: [UInt8] = []
        token.reserveCapacity(header.encoded.count + Base64URL.length(of: claims.count) + signatureRoom)
        token.append(contentsOf: header.encoded)
        token.append(dot)
        Base64URL.append(claims, to: &token)
        let signature = try signer.signature(over: token)
        token.append(dot)
        Base64URL.append(signature, to: &token)
        return token
    }
}
