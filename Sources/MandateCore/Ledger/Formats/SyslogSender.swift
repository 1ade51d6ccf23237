/// Who sends records by syslog, and how: RFC 5424 messages, counted by octets (RFC 6587 §3.4.1, RFC 5425 §4.3).
///
/// There is no structured data: the number of a record is in the record, and `sequenceId` (§7.3.1) counts something else.
/// There is no byte order mark: readers of JSON, CEF and LEEF do not expect one (docs/adr/0032).
public struct SyslogSender: Hashable, Sendable {
    private let host: String
    private let process: String
    private let format: LedgerFormat

    /// Log audit (RFC 5424 §6.2.1).
    private static let facility = 13
    private static let nothing = "-"

    public init(host: String, process: Int32, format: LedgerFormat) {
        self.host = Self.name(host, longest: 255)
        self.process = String(process)
        self.format = format
    }

    /// The record as one frame: its length, a blank, the message.
    public func frame(of record: StoredRecord) -> [UInt8] {
        let message = message(of: record)
        return Array("\(message.count) ".utf8) + message
    }

    func message(of record: StoredRecord) -> [UInt8] {
        let (time, event, severity) = record.bytes.withUnsafeBytes { bytes in
            let members = RecordMembers(bytes)
            let event = Self.text(members.value(of: "event"))
            let severity = Severity(
                event: event, decision: Self.text(members.value(of: "decision")),
                isAdministration: members.value(of: "by") != nil,
                isElevated: members.value(of: "elevated").map { $0.elementsEqual("true".utf8) } ?? false)
            return (Self.text(members.value(of: "at")), event, severity)
        }
        let stamp = time.flatMap { Instant(rfc3339: $0) }?.description ?? Self.nothing
        let name = event.map { Self.name($0, longest: 32) } ?? Self.nothing
        let priority = Self.facility * 8 + severity.syslog
        let header = "<\(priority)>1 \(stamp) \(host) mandate \(process) \(name) \(Self.nothing) "
        return Array(header.utf8) + format.line(of: record)
    }

    /// The text of a string that needs no escapes.
    private static func text(_ value: UnsafeRawBufferPointer?) -> String? {
        guard let value, value.count >= 2, value.first == UInt8(ascii: "\""), !value.contains(UInt8(ascii: "\\")) else {
            return nil
        }
        return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }

    /// A field of the header: visible ASCII, or nothing at all.
    private static func name(_ text: String, longest: Int) -> String {
        let isName = (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isName ? text : nothing
    }
}
