/// How a record is written for others to read. Every form is one line, whatever the record holds.
public enum LedgerFormat: String, Hashable, Sendable, CaseIterable {
    /// The record itself, byte for byte as it is hashed.
    case json
    /// ArcSight Common Event Format, version 0.
    case cef
    /// IBM Log Event Extended Format 2.0, with tabs between attributes.
    case leef

    /// The record on one line, without a line feed.
    ///
    /// What no writer of this program wrote, such as a record that was damaged on the disk, becomes a line that says so
    /// and holds its bytes.
    public func line(of record: StoredRecord) -> [UInt8] {
        switch self {
        case .json:
            // Canonical JSON has no control characters: one in it is damage, and could break the line.
            guard record.bytes.contains(where: { $0 < 0x20 }) else { return record.bytes }
            return Self.unreadable(record).canonical
        case .cef: return CEFLine(Self.parsed(record)).bytes
        case .leef: return LEEFLine(Self.parsed(record)).bytes
        }
    }

    /// The media type of many lines.
    public var contentType: String {
        switch self {
        case .json: "application/x-ndjson"
        case .cef, .leef: "text/plain; charset=utf-8"
        }
    }

    private static func parsed(_ record: StoredRecord) -> JSONValue {
        do throws(JSONError) {
            let json = try JSONValue(strict: record.bytes, maximumDepth: 128)
            return json.members == nil ? unreadable(record) : json
        } catch {
            return unreadable(record)
        }
    }

    private static func unreadable(_ record: StoredRecord) -> JSONValue {
        [
            "event": .string(Severity.unreadable), "record": .string(Base64URL.text(of: record.bytes)),
            "seq": .integer(record.sequence),
        ]
    }
}
