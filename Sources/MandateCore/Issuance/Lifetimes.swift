/// How long tokens live, in seconds. Constants on purpose: nobody can configure a longer life.
public enum Lifetimes {
    /// The longest life of an access token.
    public static let accessToken: Int64 = 900
    /// The longest life of a delegation token, and so the longest of any token.
    public static let delegationToken: Int64 = 3600
    /// A mandate with less than this left is refused.
    public static let shortest: Int64 = 5

    /// When an access token issued at `now` expires: the earliest of all limits.
    static func expiry(
        of mandate: Mandate, for audience: Audience, wanted: Int64?, at now: Instant
    ) throws(Refusal) -> Instant {
        var seconds = min(accessToken, audience.maxLifetime ?? accessToken, wanted ?? accessToken)
        if let end = mandate.expiry {
            let left = end.seconds - now.seconds
            guard left >= shortest else { throw .tooShortLived }
            seconds = min(seconds, left)
        }
        guard seconds >= 1 else { throw .tooShortLived }
        return Instant(seconds: now.seconds + seconds)
    }
}
