/// Hours of a week by the clocks of their time zone, ready to be asked for every token.
///
/// An instant is in the window when a clock on the wall then shows a time in it. So an hour that the clocks show twice is in
/// it both times or not at all, and one that they skip is never there: a window that would begin in it begins after it. Of
/// a day that a zone skips, only what a window has after midnight is left.
final class ZonedWindow: Sendable {
    /// One bit a day, Monday the lowest.
    private let days: UInt8
    private let from: Int64
    private let to: Int64
    private let rules: TimeZoneRules

    /// The hours of `window` by clocks that follow `rules`.
    init(_ window: WeeklyWindow, _ rules: TimeZoneRules) {
        days = window.days.reduce(0) { $0 | Self.bit(of: $1) }
        from = window.from
        to = window.to
        self.rules = rules
    }

    /// Whether the window is open at `now`; one that ends when it begins never is.
    func contains(_ now: Instant) -> Bool {
        // 1970 began on a Thursday, when clocks in the west still showed Wednesday.
        let ofWeek = (now.seconds + rules.offset(at: now) + 3 * 86_400) % 604_800
        let (today, minute) = (ofWeek / 86_400, ofWeek % 86_400 / 60)
        if from <= to { return isOn(today) && from <= minute && minute < to }
        return isOn(today) && from <= minute || isOn((today + 6) % 7) && minute < to
    }

    private func isOn(_ day: Int64) -> Bool { days >> UInt8(day) & 1 == 1 }

    private static func bit(of day: Weekday) -> UInt8 {
        switch day {
        case .mon: 1
        case .tue: 1 << 1
        case .wed: 1 << 2
        case .thu: 1 << 3
        case .fri: 1 << 4
        case .sat: 1 << 5
        case .sun: 1 << 6
        }
    }
}
