/// Proves who signed a token that is presented here (docs/oauth-profile.md). One verifier an event loop; it may remember
/// which of our own tokens it has proven, for the signature only, never for their status.
public protocol TokenVerifier {
    /// An access or delegation token of our own, signed with a key that `registry` publishes now. Says nothing about its times.
    func own(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> OwnToken
    /// Whether a token says that `issuer` made it; proves nothing.
    func names(_ issuer: Issuer, in token: [UInt8]) -> Bool
    /// A token of an issuer that `registry` trusts, signed with a key of that issuer. Says nothing about its times, its
    /// audience or its person.
    func foreign(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> ForeignToken
}

/// Why a presented token proves nothing.
public enum TokenFault: Error, Hashable, Sendable {
    /// Not read, not signed by whom it says, or of nobody we trust.
    case unusable
    /// It could not be checked now.
    case unavailable(Refusal.Unavailability)
}

/// A token of a trusted issuer whose signature was proven.
public struct ForeignToken: Sendable {
    public let issuer: TrustedIssuer
    /// Always an object.
    public let claims: JSONValue

    public init(issuer: TrustedIssuer, claims: JSONValue) {
        self.issuer = issuer
        self.claims = claims
    }
}
