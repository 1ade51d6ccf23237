/// What both text formats take from a record besides its members one by one.
struct RecordFields {
    let members: [JSONMember]
    /// The event where it is one that a header can hold.
    let event: String
    let severity: Severity

    /// Stands in the header when the event is none; the member is then an attribute of its own.
    static let unknownEvent = "unknown"

    init(_ record: JSONValue) {
        members = record.members ?? []
        let named = record["event"]?.string
        event = named.flatMap(EventPattern.init)?.text ?? Self.unknownEvent
        severity = Severity(
            event: named, decision: record["decision"]?.string, isAdministration: record["by"]?.string != nil,
            isElevated: record["elevated"]?.bool == true)
    }

    /// Whether a decision means that something was given, be it under conditions.
    static func isGiven(_ decision: String) -> Bool {
        [Decision.allow, .allowWithConditions].contains { $0.rawValue == decision }
    }

    /// The event in words.
    var name: String {
        String(event.map { $0 == "." || $0 == "_" ? " " : $0 })
    }

    /// The milliseconds of a time; nil when it is none.
    static func milliseconds(_ value: JSONValue) -> String? {
        value.string.flatMap { Instant(rfc3339: $0) }.map { String($0.milliseconds) }
    }

    /// A key made of a member's name: letters and digits only, so that no name can end it.
    static func key(_ name: String, after prefix: String) -> String {
        var key = prefix
        var beginsWord = true
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "_"): beginsWord = true
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                key.unicodeScalars.append(UnicodeScalar(beginsWord ? byte - 0x20 : byte))
                beginsWord = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                key.unicodeScalars.append(UnicodeScalar(byte))
                beginsWord = false
            default: key += "X" + Hex.encode([byte])
            }
        }
        return key
    }
}

/// Addresses by their form; what is no address is neither.
enum AddressForm {
    case v4, v6, other

    init(_ text: String) {
        let bytes = text.utf8
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if parts.count == 4, parts.allSatisfy(Self.isOctet) {
            self = .v4
        } else if bytes.contains(UInt8(ascii: ":")),
            bytes.allSatisfy({ Hex.value(of: $0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
        {
            self = .v6
        } else {
            self = .other
        }
    }

    private static func isOctet(_ part: Substring.UTF8View) -> Bool {
        (1...3).contains(part.count) && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
    }
}
