/// How long tokens live, in seconds. Constants on purpose: nobody can configure a longer life.
public enum Lifetimes {
    /// The longest life of an access token.
    public static let accessToken: Int64 = 900
    /// The longest life of a delegation token, and so the longest of any token.
    public static let delegationToken: Int64 = 3600
    /// A mandate with less than this left is refused.
    public static let shortest: Int64 = 5
    /// What policies, engines and people can shorten a life to: a token that must be shorter is not made, and none is longer.
    public static let settable = shortest...delegationToken

    /// When a token issued at `now` expires: the earliest of `most` and what the caller wants, and of `end`, when the
    /// authority behind it ends.
    static func expiry(most: Int64, wanted: Int64?, end: Instant?, at now: Instant) throws(Refusal) -> Instant {
        var seconds = min(most, wanted ?? most)
        if let end {
            let left = end.seconds - now.seconds
            guard left >= shortest else { throw .tooShortLived }
            seconds = min(seconds, left)
        }
        guard seconds >= 1 else { throw .tooShortLived }
        return Instant(seconds: now.seconds + seconds)
    }
}

extension Audience {
    /// The longest life of an access token for this audience, in seconds.
    var longestLife: Int64 { min(Lifetimes.accessToken, maxLifetime ?? Lifetimes.accessToken) }
}
