/// Signs tokens. One signer an event loop; it may reuse contexts.
public protocol TokenSigner {
    /// The compact JWS (RFC 7515 §3.1) over `claims`, with `typ` `type`, signed with `key`.
    func token(_ claims: [UInt8], type: TokenType, key: KeyID) throws(Refusal) -> [UInt8]
}

/// The `typ` header of what we sign; the kinds are never interchangeable.
public enum TokenType: String, Hashable, Sendable, CaseIterable {
    /// RFC 9068 §2.1.
    case accessToken = "at+jwt"
    /// Good only here, to be exchanged by its holder.
    case delegation = "delegation+jwt"
    /// The list of what is revoked and not yet expired.
    case revocations = "revocations+jwt"
}
