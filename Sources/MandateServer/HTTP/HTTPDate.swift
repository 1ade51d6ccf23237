import MandateCore

/// The `Date` field (RFC 9110 §6.6.1), made once a second.
struct HTTPDate {
    private var second: Int64 = -1
    private var text = ""

    mutating func text(at now: Instant) -> String {
        if now.seconds != second {
            second = now.seconds
            text = Self.format(now)
        }
        return text
    }

    /// IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func format(_ instant: Instant) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let rfc3339 = Array(instant.description)
        let day = days[Int(instant.seconds / 86_400 % 7)]
        let month = months[(Int(String(rfc3339[5..<7])) ?? 1) - 1]
        return "\(day), \(String(rfc3339[8..<10])) \(month) \(String(rfc3339[0..<4])) \(String(rfc3339[11..<19])) GMT"
    }
}
