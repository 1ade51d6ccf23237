import MandateCore

/// Proves who signed a token of a trusted issuer. It keeps nothing of its own: the keys are ``IssuerKeys``.
public struct ForeignTokenVerifier: Sendable {
    private let own: Issuer
    private let keys: IssuerKeys

    /// The `typ` a token of others may have, when it has one. None of our own kinds but the access token is among them,
    /// and never one that is a statement about something else, such as `logout+jwt`.
    private static let types: Set<String> = [
        "JWT", "application/JWT", "at+jwt", "application/at+jwt", "id_token+jwt", "application/id_token+jwt",
    ]

    /// - Parameter own: This service, whose tokens are never foreign.
    public init(own: Issuer, keys: IssuerKeys) {
        self.own = own
        self.keys = keys
    }

    /// See ``TokenVerifier/foreign(_:in:)``. Until the signature is proven, nothing of the token is believed: its `iss`
    /// only says whose keys must prove it.
    public func foreign(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> ForeignToken {
        let token = try Self.read(token)
        guard let issuer = try issuer(claimedBy: token, in: registry) else { throw .unusable }
        guard let keys = keys.current(of: issuer) else { throw .unavailable(.registry) }
        do throws(JOSEError) {
            try token.verify(with: keys, typesIfAny: Self.types)
        } catch {
            throw .unusable
        }
        return ForeignToken(issuer: issuer, claims: token.payload)
    }

    private static func read(_ token: [UInt8]) throws(TokenFault) -> CompactJWS {
        do throws(JOSEError) {
            return try CompactJWS(token)
        } catch {
            throw .unusable
        }
    }

    private func issuer(
        claimedBy token: CompactJWS, in registry: any RegistryView
    ) throws(TokenFault) -> TrustedIssuer? {
        guard let issuer = token.payload["iss"]?.string.flatMap({ Label($0) }), issuer.rawValue != own.rawValue
        else { return nil }
        do throws(Refusal) {
            return try registry.trustedIssuer(issuer)
        } catch {
            throw .unavailable(.registry)
        }
    }
}
