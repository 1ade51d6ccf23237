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
}

/// Proves who signed a token and that it has the shape of an access token, and leaves the rest to the caller: for tools
/// that show or sort tokens. A resource server uses ``AccessTokenVerifier``.
public struct AccessTokenInspector: Sendable {
    private let keys: JWKS

    public init(keys: JWKS) {
        self.keys = keys
    }

    /// The claims of a token that one of the keys signed, whoever issued it, whomever it is for, alive or not.
    public func read(_ token: String) throws(VerificationFailure) -> VerifiedToken {
        let signed: CompactJWS
        do throws(JOSEError) {
            signed = try CompactJWS(Array(token.utf8))
            try signed.verify(with: keys, type: TokenType.accessToken.rawValue)
        } catch {
            throw VerificationFailure(error)
        }
        return try VerifiedToken(TokenClaims(signed.payload))
    }
}

extension VerificationFailure {
    /// An algorithm that is not the key's is a signature that cannot be right.
    init(_ error: JOSEError) {
        self =
            switch error {
            case .malformed(let fault): .malformed(fault)
            case .wrongType: .wrongType
            case .unknownKey: .unknownKey
            case .unsupportedAlgorithm, .badSignature, .unsupportedKey, .cryptoFailure, .keyFile: .badSignature
            }
    }
}
