extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-01-31T09:00:00.000Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            var rest = rfc3339Digits
            for index in stride(from: 23, through: 0, by: -1) {
                switch index {
                case 4, 7: buffer[index] = UInt8(ascii: "-")
                case 10: buffer[index] = UInt8(ascii: "T")
                case 13, 16: buffer[index] = UInt8(ascii: ":")
                case 19: buffer[index] = UInt8(ascii: ".")
                case 23: buffer[index] = UInt8(ascii: "Z")
                default:
                    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            return 24
        }
    }

    /// The digits yyyyMMddHHmmssSSS as one number.
    private var rfc3339Digits: Int64 {
        let (year, month, day) = Self.civil(fromDays: milliseconds / 86_400_000)
        let ofDay = milliseconds % 86_400_000
        let date = year * 10_000 + month * 100 + day
        let time = ofDay / 3_600_000 * 10_000 + ofDay / 60_000 % 60 * 100 + ofDay / 1000 % 60
        return (date * 1_000_000 + time) * 1000 + ofDay % 1000
    }

    /// The instant that `text` names, or nil: RFC 3339 in UTC (`Z`), seconds with or without three decimals.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || bytes.count == 24, bytes.last == UInt8(ascii: "Z") else { return nil }
        let shape = Array((bytes.count == 24 ? "0000-00-00T00:00:00.000Z" : "0000-00-00T00:00:00Z").utf8)
        var digits: [Int64] = []
        for (byte, expected) in zip(bytes, shape) {
            if expected == UInt8(ascii: "0") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                digits.append(Int64(byte - UInt8(ascii: "0")))
            } else if byte != expected {
                return nil
            }
        }
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + $1 } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard year >= 1970, hour < 24, minute < 60, second < 60 else { return nil }
        let days = Self.days(fromYear: year, month: month, day: day)
        guard Self.civil(fromDays: days) == (year, month, day) else { return nil }
        let ofDay = (hour * 3600 + minute * 60 + second) * 1000 + (digits.count == 17 ? number(14..<17) : 0)
        self.init(milliseconds: days * 86_400_000 + ofDay)
    }

    /// Proleptic Gregorian date of a day number, after Howard Hinnant's `civil_from_days`.
    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The inverse: `days_from_civil`.
    static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
