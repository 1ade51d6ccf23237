extension ObjectReader {
    func window(_ name: String) throws(Problem) -> WeeklyWindow? {
        guard let value = value(name) else { return nil }
        let reader = try ObjectReader(
            value, at: field(name), "a window of hours", known: ["days", "from", "to", "zone"])
        let days = try reader.words(Weekday.self, "days", Self.neverFires) ?? Set(Weekday.allCases)
        let from = try reader.require(
            "from", try reader.minutes("from"), "say when it begins, such as \"09:00\"")
        let to = try reader.require(
            "to", try reader.minutes("to", isEnd: true), "say when it ends, such as \"17:00\"")
        if from == to {
            throw reader.field("to").problem(
                "is the same time as from, so that it is not clear whether no hour is meant or every hour: for whole "
                    + "days write from \"00:00\" to \"24:00\"")
        }
        let zone = try reader.require(
            "zone", try reader.identifier(Label.self, "zone"), "name the time zone, such as Europe/Berlin or UTC")
        return WeeklyWindow(days: days, from: from, to: to, zone: zone)
    }

    /// Minutes after midnight.
    private func minutes(_ name: String, isEnd: Bool = false) throws(Problem) -> Int64? {
        guard let text = try string(name) else { return nil }
        guard let minutes = WeeklyWindow.minutes(text) else {
            throw field(name).problem("must be a time of day such as \"09:00\" or \"17:30\", not \(quoted(text))")
        }
        if isEnd, minutes == 0 {
            throw field(name).problem("must be \"24:00\" for the end of a day, not \"00:00\", which is its beginning")
        }
        if !isEnd, minutes == WeeklyWindow.minutesOfDay {
            throw field(name).problem("must be \"00:00\" for the beginning of a day, not \"24:00\", which is its end")
        }
        return minutes
    }
}

extension WeeklyWindow {
    static let minutesOfDay: Int64 = 1440

    /// Whether no minute of any week is outside of it.
    var isWholeWeek: Bool { days.count == Weekday.allCases.count && from == 0 && to == Self.minutesOfDay }

    /// The minutes after midnight that `HH:MM` names, from `00:00` to `24:00`.
    fileprivate static func minutes(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].compactMap { byte -> Int64? in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
        }
        guard digits.count == 4 else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        let minutes = hour * 60 + minute
        return minute < 60 && minutes <= minutesOfDay ? minutes : nil
    }

    /// A time of day as it is written.
    fileprivate static func text(_ minutes: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// The window in the shape it is read in.
    var json: JSONValue {
        .saying([
            ("days", days.count == Weekday.allCases.count ? nil : .words(days)),
            ("from", .string(Self.text(from))), ("to", .string(Self.text(to))), ("zone", .label(zone)),
        ])
    }
}
