import MandateCore

/// A token of Mandate whose signature and shape are proven. ``AccessTokenVerifier`` makes one that is good; an inspector
/// makes one that the `require` of this page can judge.
@dynamicMemberLookup
public protocol MandateToken: Hashable, Sendable {
    var claims: CommonClaims { get }

    /// Whether the token gives nothing that `authority` does not hold.
    func isWithin(_ authority: Authority) -> Bool
}

extension MandateToken {
    /// The common claims, as the token's own.
    public subscript<Value>(dynamicMember claim: KeyPath<CommonClaims, Value>) -> Value {
        claims[keyPath: claim]
    }

    /// Refuses a token of anybody else; issuers are compared as bytes.
    public func require(issuer expected: Issuer) throws(VerificationFailure) {
        guard claims.issuer.utf8.elementsEqual(expected.rawValue.utf8) else { throw .wrongIssuer }
    }

    /// Refuses a token that is not alive at `now`: from `iat` and `nbf` on, until just before `exp` (RFC 7519 §4.1.4).
    public func require(validAt now: Instant) throws(VerificationFailure) {
        guard now < claims.expiry else { throw .expired }
        guard claims.notBefore <= now, claims.issuedAt <= now else { throw .notYetValid }
    }

    /// Proves the chain that the token carries; a token without one commits to it by hash only, and passes.
    public func proveInlineChain() throws(VerificationFailure) {
        try claims.chain?.prove(self)
    }

    /// Refuses a token that `revocations` cuts, and every token when the list says nothing about `now` or about the
    /// token's issuer. With `chain`, which must prove the token, or with the chain that the token carries, every
    /// hand-over is looked at, else the token and the hash it commits to.
    public func require(
        notIn revocations: RevocationList, chain: ChainProof? = nil, at now: Instant
    ) throws(VerificationFailure) {
        try require(issuer: revocations.issuer)
        guard revocations.isInForce(at: now) else { throw .staleRevocations }
        let known = chain ?? claims.chain
        try known?.prove(self)
        if let cause = revocations.cause(against: claims, chain: known?.links ?? []) { throw .revoked(cause) }
    }
}
