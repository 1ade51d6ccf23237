extension Baseline {
    /// How unusual a token would be, as the sum of what is unusual about it (docs/risk.md), at most 100. Each part has one
    /// reason. Of an agent's first token nothing can be said but that it is the first.
    public func risk(asking authority: Authority, worst asked: ScopeClass, at now: Instant) -> Risk {
        let parts = [
            littleHistory, newAudience(authority), newClass(asked), unusualHour(at: now), unusualRate(at: now),
        ].compactMap(\.self)
        return Risk(score: parts.reduce(0) { $0 + $1.points }, reasons: parts.map(\.reason))
    }

    private typealias Part = (points: Int64, reason: String)

    /// An agent with fewer tokens than this has little history.
    static let someTokens: Int64 = 20
    /// The hour of the day says nothing of fewer tokens than this.
    static let tokensOfDay: Int64 = 100
    /// An hour of the day is unusual when less than one token in so many was in it or in the hours beside it.
    static let rareHour: Int64 = 100
    /// An hour is not busy with fewer tokens than this, nor with fewer than so many times the mean.
    static let busyHour: Int64 = 20
    static let busyTimes: Int64 = 4
    /// More names than this are counted in a reason.
    private static let mostNamed = 4

    private var littleHistory: Part? {
        guard tokens < Self.someTokens else { return nil }
        return (20, tokens == 0 ? "no history" : "little history: \(tokens) token\(tokens == 1 ? "" : "s")")
    }

    private func newAudience(_ authority: Authority) -> Part? {
        guard tokens > 0 else { return nil }
        let new = authority.entries.filter { audiences[$0.audience] == nil }.map(\.audience.rawValue)
        guard !new.isEmpty else { return nil }
        let names = new.prefix(Self.mostNamed).joined(separator: ", ")
        let more = new.count > Self.mostNamed ? " and \(new.count - Self.mostNamed) more" : ""
        return (40, "never asked for audience \(names)\(more)")
    }

    private func newClass(_ asked: ScopeClass) -> Part? {
        guard let worst, asked > worst else { return nil }
        return (30, "never asked for class \(asked.rawValue), only up to \(worst.rawValue)")
    }

    private func unusualHour(at now: Instant) -> Part? {
        let all = hours.reduce(0, +)
        let (before, after) = ((now.hourOfDay + 23) % 24, (now.hourOfDay + 1) % 24)
        let near = hours[before] + hours[now.hourOfDay] + hours[after]
        guard all >= Self.tokensOfDay, near * Self.rareHour < all else { return nil }
        return (20, "\(Self.clock(before))-\(Self.clock((after + 1) % 24)) UTC: \(near) of \(all) tokens")
    }

    private func unusualRate(at now: Instant) -> Part? {
        guard now.hour == hour, inHour >= Self.busyHour, activeHours > 0,
            inHour > Self.busyTimes * earlier / activeHours
        else { return nil }
        return (30, "\(inHour) tokens in this hour, \(earlier / activeHours) in its mean hour")
    }

    private static func clock(_ hour: Int) -> String { hour < 10 ? "0\(hour):00" : "\(hour):00" }
}
