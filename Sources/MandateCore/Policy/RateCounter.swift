/// The tokens that one policy's rate counts together.
public struct RateCounter: Hashable, Sendable {
    /// Names the counter for ever: the policy, what it counts by, over how long, and for whom.
    public let name: String
    /// Milliseconds.
    public let period: Int64
    /// A window is counted in this many steps. What is in the oldest step counts whole, so there are never more tokens in
    /// any window than the limit, and a token stops counting at most one step late.
    private static let steps: Int64 = 64

    /// `start` is what ``start(of:_:)`` says of the policy and its limit.
    init(_ start: String, _ value: String, _ limit: RateLimit) {
        name = start + value
        period = limit.period * 1000
    }

    /// What the names of all counters of a policy's rate begin with. No part of it holds the sign between them.
    static func start(of policy: PolicyID, _ limit: RateLimit) -> String {
        "\(policy.rawValue)|\(limit.by.rawValue)|\(limit.period)|"
    }

    /// The policy whose rate it is.
    var policy: String { String(name.prefix { $0 != "|" }) }

    /// For whom it counts; empty for all together.
    var value: String {
        let parts = name.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? String(parts[3]) : ""
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
