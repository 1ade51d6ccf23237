extension YearlyOffsets {
    /// The offsets that a POSIX TZ string names, with the hours that RFC 9636 §3.3.1 adds, such as
    /// `EST5EDT,M3.2.0,M11.1.0` or `<-03>3<-02>,M3.5.0/-2,M10.5.0/-1`; nil when it names none.
    ///
    /// A name for summer time without the days on which it starts and ends is refused: each system takes others.
    init?(posix text: ArraySlice<UInt8>) {
        var reader = POSIXReader(rest: text)
        guard reader.hasName(), let standard = reader.offset() else { return nil }
        if reader.rest.isEmpty {
            self.init(standard: standard, saving: nil)
            return
        }
        guard reader.hasName() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let written = reader.offset() else { return nil }
            offset = written
        }
        guard reader.has(","), let start = reader.moment(), reader.has(","), let end = reader.moment(),
            reader.rest.isEmpty
        else { return nil }
        self.init(standard: standard, saving: Saving(offset: offset, start: start, end: end))
    }
}

/// Reads the parts of a POSIX TZ string in their order; every answer is nil or false when the text does not go on so.
private struct POSIXReader {
    var rest: ArraySlice<UInt8>

    /// Passes over one letter.
    mutating func has(_ letter: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest.removeFirst()
        return true
    }

    /// Passes over three letters or more, or in angle brackets also digits and signs.
    mutating func hasName() -> Bool {
        let isQuoted = has("<")
        let name = rest.prefix { byte in
            Self.isLetter(byte) || isQuoted && (Self.isDigit(byte) || [0x2B, 0x2D].contains(byte))
        }
        rest = rest.dropFirst(name.count)
        return name.count >= 3 && (!isQuoted || has(">"))
    }

    /// Seconds east of UTC; the text counts hours west.
    mutating func offset() -> Int64? { time(hours: 24).map { -$0 } }

    /// A day, and the time on it if that is not two o'clock.
    mutating func moment() -> YearlyMoment? {
        guard let day = day() else { return nil }
        guard has("/") else { return YearlyMoment(day: day, time: 7200) }
        return time(hours: 167).map { YearlyMoment(day: day, time: $0) }
    }

    private mutating func day() -> YearlyMoment.Day? {
        if has("J") { return number(1...365).map { .withoutLeapDay($0) } }
        guard has("M") else { return number(0...365).map { .counted($0) } }
        guard let month = number(1...12), has("."), let week = number(1...5), has("."), let day = number(0...6)
        else { return nil }
        return .weekday(month: month, week: week, day: day)
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    private mutating func time(hours most: Int64) -> Int64? {
        let isNegative = has("-")
        if !isNegative { _ = has("+") }
        guard let hours = number(0...most) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] as [Int64] {
            guard has(":") else { break }
            guard let count = number(0...59) else { return nil }
            seconds += count * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// One to three digits.
    private mutating func number(_ allowed: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix(while: Self.isDigit)
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return allowed.contains(number) ? number : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
