/// A moment in time, in milliseconds since 1970-01-01T00:00:00Z. The core is told the time; it never asks for it.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    /// A moment clamped to the years 1970 to 9999, so that arithmetic on instants cannot overflow.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, 0), 253_402_300_799_999)
    }

    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        self.init(milliseconds: overflow ? (seconds < 0 ? 0 : .max) : product)
    }

    /// Whole seconds, rounded down: NumericDate (RFC 7519 §2).
    public var seconds: Int64 { milliseconds / 1000 }

    public func advanced(bySeconds seconds: Int64) -> Instant {
        let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
        return overflow
            ? Instant(milliseconds: seconds < 0 ? 0 : .max)
            : Instant(milliseconds: Instant(seconds: sum).milliseconds + milliseconds % 1000)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}
