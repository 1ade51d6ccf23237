import MandateCore

/// The claims of an access token that a key of its issuer signed (docs/oauth-profile.md).
public struct VerifiedToken: MandateToken {
    public let claims: CommonClaims
    public let audience: AudienceID
    public let scopes: ScopeSet

    init(_ read: TokenClaims, keyID: String?) throws(VerificationFailure) {
        claims = try CommonClaims(read, keyID: keyID, longest: Lifetimes.accessToken)
        audience = try read.identifier("aud")
        scopes = try read.required("scope", TokenClaims.scopes(spaced:))
        if let listed = try read.optional("permissions", TokenClaims.scopes(listed:)), listed != scopes {
            throw .malformed("the claims scope and permissions differ")
        }
    }

    /// Refuses a token that does not hold `scope`.
    public func require(_ scope: Scope) throws(VerificationFailure) {
        guard scopes.scopes.contains(where: { held in held.covers(scope) }) else { throw .insufficientScope(scope) }
    }

    /// Refuses a token for anybody else.
    public func require(audience expected: AudienceID) throws(VerificationFailure) {
        guard audience == expected else { throw .wrongAudience }
    }

    public func isWithin(_ authority: Authority) -> Bool {
        authority.scopes(for: audience)?.covers(scopes) ?? false
    }
}
