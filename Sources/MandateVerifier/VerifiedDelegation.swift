import MandateCore

/// The claims of a delegation token that a key of its issuer signed: authority that its holder may exchange at the
/// issuer, and that no resource server accepts.
public struct VerifiedDelegation: MandateToken {
    public let claims: CommonClaims
    /// What may be exchanged for, per audience.
    public let authority: Authority

    init(_ read: TokenClaims, keyID: String?) throws(VerificationFailure) {
        claims = try CommonClaims(read, keyID: keyID, longest: Lifetimes.delegationToken)
        guard try read.text("aud").utf8.elementsEqual(claims.issuer.utf8) else {
            throw .malformed("a delegation token is for somebody else than its issuer")
        }
        authority = try read.required("authority") { claim in Authority(json: claim) }
        let holder = try read.required("may_act") { claim in TokenClaims.party(claim) }
        guard holder == claims.agent else { throw .malformed("the claims may_act and agent_id name two agents") }
    }

    public func isWithin(_ held: Authority) -> Bool {
        held.covers(authority)
    }
}
