import MandateCore
import MandateJOSE

/// Decides whether an access token of Mandate may be acted on by one resource server. It asks nobody: keys, issuer and
/// audience are given, and so is the time.
public struct AccessTokenVerifier: Sendable {
    private let issuer: Issuer
    private let audience: AudienceID
    private let inspector: AccessTokenInspector

    /// A verifier for the resource server `audience`, which trusts `issuer` and its published `keys`.
    public init(issuer: Issuer, audience: AudienceID, keys: JWKS) {
        self.issuer = issuer
        self.audience = audience
        inspector = AccessTokenInspector(keys: keys)
    }

    /// The claims of `token`, proven: signature, type, shape, issuer, audience, time, and the chain when the token
    /// carries it (RFC 9068 §4). There is no clock skew to allow for: the times are Mandate's own.
    public func verify(_ token: String, at now: Instant) throws(VerificationFailure) -> VerifiedToken {
        let read = try inspector.read(token)
        try read.require(issuer: issuer)
        try read.require(audience: audience)
        try read.require(validAt: now)
        try read.proveInlineChain()
        return read
    }

    /// As ``verify(_:at:)``, and refuses what `revocations` cuts. A `chain` that is given must prove the token, and then
    /// every hand-over of it is held against the list.
    public func verify(
        _ token: String, at now: Instant, revocations: RevocationList, chain: ChainProof? = nil
    ) throws(VerificationFailure) -> VerifiedToken {
        let read = try verify(token, at: now)
        try read.require(notIn: revocations, chain: chain, at: now)
        return read
    }
}
