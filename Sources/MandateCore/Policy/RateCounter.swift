/// The tokens that one policy's rate counts together.
public struct RateCounter: Hashable, Sendable {
    /// Names the counter for ever: the policy, what it counts by, over how long, and for whom.
    public let name: String
    /// Milliseconds.
    public let period: Int64
    /// A window is counted in this many steps. What is in the oldest step counts whole, so there are never more tokens in
    /// any window than the limit, and a token stops counting at most one step late.
    private static let steps: Int64 = 64

    init(of policy: PolicyID, _ limit: RateLimit, _ value: String) {
        name = "\(policy.rawValue)|\(limit.by.rawValue)|\(limit.period)|\(value)"
        period = limit.period * 1000
    }

    /// When a token of this moment stops counting, in milliseconds: the end of its step, one period later.
    public func expiry(at now: Instant) -> Int64 {
        let width = max(1, period / Self.steps)
        return (now.milliseconds / width + 1) * width + period
    }
}

/// That a token counts towards a rate.
public struct RateUse: Hashable, Sendable {
    public let counter: RateCounter
    /// The judge saw fewer tokens than this; nil when it did not matter to what was decided.
    public let limit: Int64?

    public init(counter: RateCounter, limit: Int64?) {
        self.counter = counter
        self.limit = limit
    }
}
