/// Offsets that are the same every year: one, or a second one for a part of the year.
struct YearlyOffsets: Hashable, Sendable {
    /// A part of every year with an offset of its own, most often an hour more.
    struct Saving: Hashable, Sendable {
        let offset: Int64
        /// By clocks that show the standard offset.
        let start: YearlyMoment
        /// By clocks that show this offset.
        let end: YearlyMoment
    }

    let standard: Int64
    let saving: Saving?

    /// Seconds east of UTC at `seconds` after 1970 began.
    func offset(at seconds: Int64) -> Int64 {
        guard let saving else { return standard }
        let year = Instant.civil(fromDays: seconds / 86_400).year
        // A moment can lie a week beyond its year, and what it starts can last for a year more.
        for begun in (year - 2)...(year + 1) {
            guard saving.start.seconds(inYear: begun) - standard <= seconds else { continue }
            if seconds < end(of: saving, begun: begun) { return saving.offset }
        }
        return standard
    }

    /// When what began in this year ends: in the next year where the end comes before the start, as in the south.
    private func end(of saving: Saving, begun year: Int64) -> Int64 {
        let start = saving.start.seconds(inYear: year) - standard
        let end = saving.end.seconds(inYear: year) - saving.offset
        return end > start ? end : saving.end.seconds(inYear: year + 1) - saving.offset
    }
}
