/// A record in the Common Event Format: `CEF:0|vendor|product|version|event|name|severity|extension`.
///
/// Every member of the record that is not null has its place in the extension; docs/ledger.md has the table.
struct CEFLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(_ record: JSONValue) {
        let fields = RecordFields(record)
        for part in ["CEF:0", "Mandate", "mandate", Product.version, fields.event, fields.name] {
            bytes.append(contentsOf: part.utf8)
            bytes.append(UInt8(ascii: "|"))
        }
        bytes.append(contentsOf: "\(fields.severity.level)|".utf8)
        for member in fields.members { append(member, eventInHeader: fields.event) }
    }

    private mutating func append(_ member: JSONMember, eventInHeader event: String) {
        let (name, value) = (member.name, member.value)
        switch name {
        case "seq": add("externalId", value)
        case "at": addTime("rt", value, else: name)
        case "event": add("cat", value)
        case "decision":
            add("act", value)
            if let decision = value.string {
                add("outcome", .string(RecordFields.isGiven(decision) ? "success" : "failure"))
            }
        case "reason": add("reason", value)
        case "principal": add("suser", value)
        case "audience": add("destinationServiceName", value)
        case "count": add("cnt", value)
        case "agent_id": addLabelled("cs1", "agent", value)
        case "task_id": addLabelled("cs2", "task", value)
        case "chain_hash": addLabelled("cs3", "chainHash", value)
        case "jti": addLabelled("cs4", "jti", value)
        case "requested": addLabelled("cs5", "requested", scopes: value)
        case "granted": addLabelled("cs6", "granted", scopes: value)
        case "exp":
            addTime("deviceCustomDate1", value, else: name)
            if RecordFields.milliseconds(value) != nil { add("deviceCustomDate1Label", "exp") }
        case "source": addSource(value)
        default: add(RecordFields.key(name, after: Self.prefix), value)
        }
    }

    /// What stands before the keys that CEF has no word for.
    private static let prefix = "mandate"

    private mutating func addSource(_ source: JSONValue) {
        guard let address = source["address"]?.string, source.members?.count == 2, let method = source["method"] else {
            return add(RecordFields.key("source", after: Self.prefix), source)
        }
        switch AddressForm(address) {
        case .v4: add("src", .string(address))
        case .v6: addLabelled("c6a2", "Source IPv6 Address", .string(address))
        case .other: add(RecordFields.key("source_address", after: Self.prefix), .string(address))
        }
        add(RecordFields.key("source_method", after: Self.prefix), method)
    }

    private mutating func addTime(_ key: String, _ value: JSONValue, else name: String) {
        guard let milliseconds = RecordFields.milliseconds(value) else {
            return add(RecordFields.key(name, after: Self.prefix), value)
        }
        add(key, .string(milliseconds))
    }

    private mutating func addLabelled(_ key: String, _ label: String, _ value: JSONValue) {
        guard value != .null else { return }
        add(key, value)
        add(key + "Label", .string(label))
    }

    private mutating func addLabelled(_ key: String, _ label: String, scopes value: JSONValue) {
        guard let text = FieldText.scopes(value, lineBreaksAllowed: true) else { return }
        add(key, text)
        add(key + "Label", label)
    }

    private mutating func add(_ key: String, _ value: JSONValue) {
        if let text = FieldText.of(value, lineBreaksAllowed: true) { add(key, text) }
    }

    private mutating func add(_ key: String, _ text: String) {
        if !isFirst { bytes.append(UInt8(ascii: " ")) }
        isFirst = false
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "="))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "="):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
