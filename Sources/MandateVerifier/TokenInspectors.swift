import MandateCore
import MandateJOSE

/// Proves who signed a token and that it has the shape of an access token, and leaves the rest to the caller: for tools
/// that show or sort tokens. A resource server uses ``AccessTokenVerifier``.
public struct AccessTokenInspector: Sendable {
    private let keys: JWKS

    public init(keys: JWKS) {
        self.keys = keys
    }

    /// The claims of a token that one of the keys signed, whoever issued it, whomever it is for, alive or not.
    public func read(_ token: String) throws(VerificationFailure) -> VerifiedToken {
        let signed = try CompactJWS(Array(token.utf8), provenBy: keys, as: .accessToken)
        return try VerifiedToken(TokenClaims(signed.payload), keyID: signed.header.kid)
    }
}

/// As ``AccessTokenInspector``, for delegation tokens: for the tools of those who hold them.
public struct DelegationTokenInspector: Sendable {
    private let keys: JWKS

    public init(keys: JWKS) {
        self.keys = keys
    }

    /// The claims of a token that one of the keys signed, whoever issued it, alive or not.
    public func read(_ token: String) throws(VerificationFailure) -> VerifiedDelegation {
        let signed = try CompactJWS(Array(token.utf8), provenBy: keys, as: .delegation)
        return try VerifiedDelegation(TokenClaims(signed.payload), keyID: signed.header.kid)
    }
}

extension CompactJWS {
    /// Reads what one of `keys` signed as this type.
    init(
        _ text: [UInt8], provenBy keys: JWKS, as type: TokenType, limit: Int = maximumLength
    ) throws(VerificationFailure) {
        do throws(JOSEError) {
            try self.init(text, limit: limit)
            try verify(with: keys, type: type.rawValue)
        } catch {
            throw VerificationFailure(error)
        }
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
