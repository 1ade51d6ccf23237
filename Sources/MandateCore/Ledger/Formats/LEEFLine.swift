/// A record in the Log Event Extended Format: `LEEF:2.0|vendor|product|version|event|x09|` and attributes with tabs
/// between. No value holds a tab or a line break, so none can begin another attribute or line.
struct LEEFLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(_ record: JSONValue) {
        let fields = RecordFields(record)
        bytes.append(contentsOf: "LEEF:2.0|Mandate|mandate|\(Product.version)|\(fields.event)|x09|".utf8)
        for member in fields.members { append(member) }
        add("sev", String(max(1, fields.severity.level)))
    }

    private mutating func append(_ member: JSONMember) {
        let (name, value) = (member.name, member.value)
        switch name {
        case "at":
            guard let time = value.string, Instant(rfc3339: time) != nil else { return add(name, value) }
            add("devTime", time)
            add("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX")
        case "event": add("cat", value)
        case "principal": add("usrName", value)
        case "audience": add("resource", value)
        case "requested", "granted":
            if let text = FieldText.scopes(value, lineBreaksAllowed: false) { add(name, text) }
        case "source":
            guard let address = value["address"], value["method"] != nil, value.members?.count == 2,
                let text = address.string
            else { return add(name, value) }
            if case .other = AddressForm(text) { add("source_address", address) } else { add("src", address) }
            add("source_method", value["method"] ?? .null)
        default: add(Self.key(name), value)
        }
    }

    /// A member's own name, where it is of a-z, digits and _; LEEF's own words are not taken for it.
    private static func key(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isPlain && !name.isEmpty && !reserved.contains(name) ? name : RecordFields.key(name, after: "mandate")
    }

    private static let reserved: Set<String> = ["cat", "sev", "src", "resource", "source_address", "source_method"]

    private mutating func add(_ key: String, _ value: JSONValue) {
        if let text = FieldText.of(value, lineBreaksAllowed: false) { add(key, text) }
    }

    private mutating func add(_ key: String, _ text: String) {
        if !isFirst { bytes.append(UInt8(ascii: "\t")) }
        isFirst = false
        bytes.append(contentsOf: "\(key)=\(text)".utf8)
    }
}
