/// How often clients ask for what a person has not decided yet, for all event loops together.
public protocol ApprovalPaces: Sendable {
    /// A client asks at `now`. Answers the seconds it must wait before it asks again, and whether it came too soon, which
    /// makes them more (RFC 8628 §3.5).
    func ask(about approval: String, at now: Instant) -> (interval: Int64, isTooSoon: Bool)
}
