/// How far one time zone's clocks are from UTC at every moment.
public struct TimeZoneRules: Hashable, Sendable {
    /// What holds from one second on.
    struct Transition: Hashable, Sendable {
        let seconds: Int64
        let offset: Int64
    }

    /// What holds before the first transition.
    private let first: Int64
    /// In order of time.
    private let transitions: [Transition]
    /// What holds from the last transition on; without it, that transition does.
    private let later: YearlyOffsets?

    /// UTC itself, which needs no file.
    public static let utc = TimeZoneRules(first: 0, transitions: [], later: nil)

    init(first: Int64, transitions: [Transition], later: YearlyOffsets?) {
        self.first = first
        self.transitions = transitions
        self.later = later
    }

    /// Seconds that are added to UTC to have what the zone's clocks show: positive east of Greenwich, less than 26 hours.
    public func offset(at instant: Instant) -> Int64 {
        let seconds = instant.seconds
        let past = count(until: seconds)
        if past == transitions.count, let later { return later.offset(at: seconds) }
        return past == 0 ? first : transitions[past - 1].offset
    }

    /// How many transitions are not after `seconds`.
    private func count(until seconds: Int64) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].seconds <= seconds {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
