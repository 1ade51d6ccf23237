/// An actor token (RFC 8693 §2.1) that is the caller's own, and was good when it was looked at.
struct ProvenActor {
    let token: OwnToken
    /// The links that it stands on.
    let links: [Int64]

    /// What is written down, because it is good once.
    var used: UsedToken { UsedToken(issuer: token.issuer, id: token.id, expiry: token.expiry) }
}
