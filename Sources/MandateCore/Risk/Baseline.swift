/// What is remembered of the tokens that an agent was given, to tell what is unusual for it: counts, and names of audiences.
///
/// No count is exact for ever: old habits fade, and what does not fit stands still.
public struct Baseline: Hashable, Sendable {
    /// All of them; it does not fade.
    public internal(set) var tokens: Int64 = 0
    /// The worst class there was; it does not fade.
    public internal(set) var worst: ScopeClass?
    /// The audiences, each with how many tokens there were in all when it was the last one's.
    var audiences: [AudienceID: Int64] = [:]
    /// Tokens by the hour of the day, UTC.
    var hours = [Int64](repeating: 0, count: 24)
    /// The hour of the last token, counted from 1970, and the tokens in it.
    var hour: Int64 = 0
    var inHour: Int64 = 0
    /// How many hours before it had tokens, and how many tokens these were.
    var activeHours: Int64 = 0
    var earlier: Int64 = 0
    /// The hour in which habits last faded.
    var fadedAt: Int64 = 0

    /// Of more audiences the ones that were asked for last are known.
    public static let mostAudiences = 64
    /// Habits fade to half after so many hours, with the next token.
    static let fading: Int64 = 30 * 24
    /// No count grows beyond this.
    static let most: Int64 = 1 << 40

    public init() {}

    /// Takes one more token into account.
    public mutating func note(_ authority: Authority, worst: ScopeClass, at now: Instant) {
        enter(now.hour)
        tokens = Self.counted(tokens)
        self.worst = max(self.worst ?? worst, worst)
        for entry in authority.entries { know(entry.audience) }
        inHour = Self.counted(inHour)
        hours[now.hourOfDay] = Self.counted(hours[now.hourOfDay])
    }

    /// A token that comes a little late belongs to the hour that has begun; a clock that was set back begins another.
    private mutating func enter(_ now: Int64) {
        if tokens == 0 { (hour, fadedAt) = (now, now) }
        if now == hour || now + 1 == hour { return }
        activeHours = Self.counted(activeHours)
        earlier = min(earlier + inHour, Self.most)
        (hour, inHour) = (now, 0)
        if now < fadedAt { fadedAt = now }
        if now - fadedAt >= Self.fading { fade(at: now) }
    }

    private mutating func fade(at now: Int64) {
        fadedAt = now
        for index in hours.indices { hours[index] /= 2 }
        if activeHours > 1 { (activeHours, earlier) = (activeHours / 2, earlier / 2) }
    }

    private mutating func know(_ audience: AudienceID) {
        if audiences.count >= Self.mostAudiences, audiences[audience] == nil,
            let oldest = audiences.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })
        {
            audiences[oldest.key] = nil
        }
        audiences[audience] = tokens
    }

    private static func counted(_ count: Int64) -> Int64 { min(count + 1, most) }
}

extension Instant {
    /// Hours since 1970.
    var hour: Int64 { seconds / 3600 }
    /// 0 to 23, UTC.
    var hourOfDay: Int { Int(hour % 24) }
}
