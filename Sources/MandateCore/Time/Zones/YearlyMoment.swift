/// A moment of every year by the clocks of a zone, as POSIX writes it (XBD §8.3).
struct YearlyMoment: Hashable, Sendable {
    /// A day of every year.
    enum Day: Hashable, Sendable {
        /// `Jn`, 1 to 365: February 29 is not counted, so it is the same date every year.
        case withoutLeapDay(Int64)
        /// `n`, 0 to 365: February 29 is counted.
        case counted(Int64)
        /// `Mm.w.d`: the first to fourth, or with 5 the last, of a weekday in a month, 0 being Sunday.
        case weekday(month: Int64, week: Int64, day: Int64)
    }

    let day: Day
    /// Seconds after midnight, up to a week before or after.
    let time: Int64

    /// The moment in one year, in seconds after 1970 began if the clocks showed UTC.
    func seconds(inYear year: Int64) -> Int64 { days(inYear: year) * 86_400 + time }

    private func days(inYear year: Int64) -> Int64 {
        let newYear = Instant.days(fromYear: year, month: 1, day: 1)
        switch day {
        case .withoutLeapDay(let number):
            let march = Instant.days(fromYear: year, month: 3, day: 1)
            return number < 60 ? newYear + number - 1 : march + number - 60
        case .counted(let number):
            return newYear + number
        case .weekday(let month, let week, let day):
            return Self.days(ofWeekday: day, week: week, month: month, inYear: year)
        }
    }

    private static func days(ofWeekday day: Int64, week: Int64, month: Int64, inYear year: Int64) -> Int64 {
        let first = Instant.days(fromYear: year, month: month, day: 1)
        let next = Instant.days(fromYear: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        // 1970 began on a Thursday; whole weeks are added because a day before that is negative.
        let weekdayOfFirst = (first + 4 + 7000) % 7
        let found = first + (day - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        return found < next ? found : found - 7
    }
}
