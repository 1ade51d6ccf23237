/// A span of time in whole seconds as people write it: `90s`, `15m`, `24h`, `7d`.
public struct WrittenDuration: Hashable, Sendable {
    public let seconds: Int64
    public static let grammar = "write a number and s, m, h or d, such as 24h"

    /// The span that `text` names, or nil.
    public init?(_ text: String) {
        guard let unit = text.utf8.last, let factor = Self.factor(of: unit), let count = Int64(text.dropLast()),
            count >= 0, text.utf8.first != UInt8(ascii: "+")
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.seconds = seconds
    }

    public init(seconds: Int64) { self.seconds = max(0, seconds) }

    /// The span as people write it, in the largest unit up to hours that is exact.
    public var text: String {
        if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    private static func factor(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86_400
        default: nil
        }
    }
}
