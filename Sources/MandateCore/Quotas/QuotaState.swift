/// What is left of a quota, exactly: `burst` tokens at first, and what was taken comes back evenly, never more than that.
///
/// A clock that is set back brings nothing back, and from there on time counts as always.
public struct QuotaState: Hashable, Sendable {
    public let quota: Quota
    /// What was taken and has not come back, in parts of a token: `token` of them are one, and each millisecond brings back
    /// `quota.tokens` of them.
    private var missing: Int64
    private var at: Instant

    private var token: Int64 { quota.period * 1000 }
    private var most: Int64 { quota.burst * token }

    /// The whole quota.
    public init(_ quota: Quota, at now: Instant) {
        self.quota = quota
        missing = 0
        at = now
    }

    /// What is left of one that will be whole at `wholeAt`; never less than nothing.
    public init(_ quota: Quota, wholeAt: Instant, at now: Instant) {
        self.init(quota, at: now)
        guard wholeAt > now else { return }
        let left = wholeAt.milliseconds.subtractingReportingOverflow(now.milliseconds)
        let parts = left.partialValue.multipliedReportingOverflow(by: quota.tokens)
        missing = left.overflow || parts.overflow ? most : min(parts.partialValue, most)
    }

    /// What is left under another quota: as long as before until it is whole, but no longer than from nothing, and from the
    /// last time it was looked at on at the new pace.
    public func under(_ other: Quota) -> QuotaState {
        other == quota ? self : QuotaState(other, wholeAt: wholeAt, at: at)
    }

    /// When all of it will be there again, to the next millisecond.
    public var wholeAt: Instant {
        let left = (missing + quota.tokens - 1) / quota.tokens
        let time = at.milliseconds.addingReportingOverflow(left)
        return Instant(milliseconds: time.overflow ? .max : time.partialValue)
    }

    /// How many seconds to wait, from `now` on, until a token is there; nil when one is.
    public mutating func wait(at now: Instant) -> Int64? {
        refill(at: now)
        let lacking = missing + token - most
        guard lacking > 0 else { return nil }
        let milliseconds = (lacking + quota.tokens - 1) / quota.tokens
        return (milliseconds + 999) / 1000
    }

    /// Takes a token, which ``wait(at:)`` said is there; otherwise all that is left.
    public mutating func take() { missing = min(missing + token, most) }

    private mutating func refill(at now: Instant) {
        defer { at = now }
        guard now > at else { return }
        let passed = now.milliseconds.subtractingReportingOverflow(at.milliseconds)
        let parts = passed.partialValue.multipliedReportingOverflow(by: quota.tokens)
        missing = passed.overflow || parts.overflow ? 0 : max(0, missing - parts.partialValue)
    }
}
