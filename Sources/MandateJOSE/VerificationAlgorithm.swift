import MandateCore

/// The algorithms a signature is accepted in (RFC 7518 §3.1, RFC 8037 §3.1). There is no `none` and no HMAC to choose.
public enum VerificationAlgorithm: String, CaseIterable, Sendable {
    case es256 = "ES256"
    case rs256 = "RS256"
    case ps256 = "PS256"
    case eddsa = "EdDSA"

    /// The algorithm that checks what `algorithm` signs.
    public init(_ algorithm: SignatureAlgorithm) {
        self =
            switch algorithm {
            case .es256: .es256
            case .rs256: .rs256
            case .eddsa: .eddsa
            }
    }
}
