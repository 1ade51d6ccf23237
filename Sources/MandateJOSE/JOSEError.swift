/// Why a key, a token or a signature was refused. None of the texts ever holds key bytes or a part of a token.
public enum JOSEError: Error, Hashable, Sendable {
    /// The bytes are not what they should be; the sentence says which rule they break.
    case malformed(String)
    /// `alg` is none of ES256, RS256, PS256 and EdDSA, or not the one this key is for.
    case unsupportedAlgorithm
    /// A well-formed key of a kind, size or purpose that is not accepted here.
    case unsupportedKey(String)
    /// The signature does not fit the key and the bytes.
    case badSignature
    /// `typ` is not the one expected in this place.
    case wrongType
    /// No key of the set is the one the token asks for.
    case unknownKey
    /// OpenSSL failed at something that does not depend on the input.
    case cryptoFailure
    /// A key file or the keys directory was refused; the sentence names the file and the mend.
    case keyFile(String)
}
