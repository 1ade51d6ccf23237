/// The algorithms a token may be signed with; the raw value is the `alg` of RFC 7518 §3.1 and RFC 8037 §3.1.
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    case es256 = "ES256"
    case rs256 = "RS256"
    case eddsa = "EdDSA"
}
