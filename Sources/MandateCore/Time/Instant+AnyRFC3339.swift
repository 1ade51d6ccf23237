extension Instant {
    /// The instant that `text` names in any form of RFC 3339 §5.6, with an offset or a finer fraction than milliseconds
    /// (which is cut off); nil when it names none. For what people write; records have one form only.
    public init?(anyRFC3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, text.utf8.count <= 64 else { return nil }
        let (date, rest) = (bytes[..<19], bytes[19...])
        let fraction = rest.first == UInt8(ascii: ".") ? rest.dropFirst().prefix(while: Self.isDigit) : []
        guard rest.first != UInt8(ascii: ".") || !fraction.isEmpty else { return nil }
        let zone = Array(rest.dropFirst(fraction.isEmpty ? 0 : fraction.count + 1))
        guard let offset = Self.minutes(ofZone: zone) else { return nil }
        let milliseconds = (Array(fraction) + Array("000".utf8)).prefix(3)
        let plain = String(decoding: date, as: UTF8.self).uppercased() + "."
        guard let utc = Instant(rfc3339: plain + String(decoding: milliseconds, as: UTF8.self) + "Z") else {
            return nil
        }
        self.init(milliseconds: utc.milliseconds - offset * 60_000)
    }

    private static func minutes(ofZone zone: [UInt8]) -> Int64? {
        if zone == Array("Z".utf8) || zone == Array("z".utf8) { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy({ isDigit(zone[$0]) }) else {
            return nil
        }
        func number(_ index: Int) -> Int64 {
            Int64(zone[index] - UInt8(ascii: "0")) * 10 + Int64(zone[index + 1] - UInt8(ascii: "0"))
        }
        let (hours, minutes) = (number(1), number(4))
        guard hours < 24, minutes < 60 else { return nil }
        switch zone[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
