import MandateCore

/// Why a token, or a list of revocations, was not accepted. ``reason`` is the stable code for logs and programs.
public enum VerificationFailure: Error, Hashable, Sendable {
    /// Not a token, or not one of Mandate's shape; the sentence says which rule it breaks and quotes nothing of it.
    case malformed(String)
    /// `typ` is not that of what was asked for: another kind of token, or somebody else's JWT.
    case wrongType
    /// No key of the set is the one the token names.
    case unknownKey
    case badSignature
    case wrongIssuer
    case wrongAudience
    case expired
    case notYetValid
    /// The token is bound to a key (RFC 7800 `cnf`), and nobody here checks the proof.
    case proofRequired
    /// The token does not hold this scope.
    case insufficientScope(Scope)
    case chain(ChainFailure)
    /// The issuer took the token back before its time.
    case revoked(RevocationCause)
    /// The list of revocations says nothing about this moment, so nobody knows whether the token was taken back.
    case staleRevocations

    /// The stable code.
    public var reason: String {
        switch self {
        case .malformed: "malformed"
        case .wrongType: "wrong_type"
        case .unknownKey: "unknown_key"
        case .badSignature: "bad_signature"
        case .wrongIssuer: "wrong_issuer"
        case .wrongAudience: "wrong_audience"
        case .expired: "expired"
        case .notYetValid: "not_yet_valid"
        case .proofRequired: "proof_required"
        case .insufficientScope: "insufficient_scope"
        case .chain(let failure): failure.reason
        case .revoked: "token_revoked"
        case .staleRevocations: "revocations_stale"
        }
    }
}

/// Why a chain does not prove a token. The number is the depth of the link at fault.
public enum ChainFailure: Error, Hashable, Sendable {
    /// Not a chain of links; the sentence says which rule it breaks.
    case malformed(String)
    /// The link does not continue the one before it.
    case broken(depth: Int)
    /// The link gives more than the one before it holds.
    case widened(depth: Int)
    /// The link lives longer than the one before it.
    case outlived(depth: Int)
    /// A sound chain, but another one than the token commits to.
    case mismatch
    /// The token says more than the last link gives.
    case exceeded

    public var reason: String {
        switch self {
        case .malformed: "chain_malformed"
        case .broken: "chain_broken"
        case .widened: "chain_widened"
        case .outlived: "chain_outlived"
        case .mismatch: "chain_mismatch"
        case .exceeded: "chain_exceeded"
        }
    }
}
