/// How many tokens an agent may ask for at an audience: `tokens` in every `period`, and `burst` of them at once.
public struct Quota: Hashable, Sendable {
    public let tokens: Int64
    /// Seconds.
    public let period: Int64
    public let burst: Int64

    public static let counts: ClosedRange<Int64> = 1...1_000_000
    public static let periods: ClosedRange<Int64> = 1...86_400

    /// A quota within bounds, or nil; the burst is all of the tokens unless it is named.
    public init?(tokens: Int64, period: Int64, burst: Int64? = nil) {
        guard Self.counts.contains(tokens), Self.periods.contains(period), Self.counts.contains(burst ?? tokens) else {
            return nil
        }
        self.tokens = tokens
        self.period = period
        self.burst = burst ?? tokens
    }

    /// The quota in the shape it is read in; `per` in seconds.
    public var json: JSONValue {
        ["tokens": .integer(tokens), "per": .integer(period), "burst": .integer(burst)]
    }

    /// Reads what ``json`` wrote; nil when it is something else.
    public init?(json: JSONValue) {
        guard let tokens = json["tokens"]?.integer, let period = json["per"]?.integer,
            let burst = json["burst"]?.integer
        else { return nil }
        self.init(tokens: tokens, period: period, burst: burst)
    }
}
