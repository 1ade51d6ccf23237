public import MandateCore

/// Nobody ever asks too soon.
public struct FakePaces: ApprovalPaces {
    public init() {}

    public func ask(about approval: String, at now: Instant) -> (interval: Int64, isTooSoon: Bool) { (5, false) }
}
