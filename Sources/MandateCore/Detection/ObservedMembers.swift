/// Where the members of a ledger record stand that rules look at: found in one pass over its canonical JSON, because
/// every record passes here. It proves nothing about the record; that is what verifying the ledger is for.
struct ObservedMembers {
    /// In canonical order (RFC 8785 §3.2.3), which is the order of the scan.
    enum Name: Int, CaseIterable {
        case agentID, at, audience, chainHash, change, count, decision, event, principal, reason, seq, taskID

        fileprivate static let texts = [
            "agent_id", "at", "audience", "chain_hash", "change", "count", "decision", "event", "principal", "reason",
            "seq", "task_id",
        ].map { Array($0.utf8) }
    }

    private let record: [UInt8]
    private var places: [Range<Int>]

    /// Nil when the bytes are no JSON object.
    init?(_ record: [UInt8]) {
        self.record = record
        places = [Range<Int>](repeating: 0..<0, count: Name.texts.count)
        var (index, next) = (0, 0)
        guard record.first == UInt8(ascii: "{") else { return nil }
        repeat {
            index += 1
            guard let name = Self.string(in: record, at: index), name.upperBound < record.count,
                record[name.upperBound] == UInt8(ascii: ":"),
                let value = Self.value(in: record, at: name.upperBound + 1)
            else { return nil }
            let letters = record[(name.lowerBound + 1)..<(name.upperBound - 1)]
            while next < places.count, Name.texts[next].lexicographicallyPrecedes(letters) { next += 1 }
            if next < places.count, Name.texts[next].elementsEqual(letters) { places[next] = value }
            index = value.upperBound
        } while index < record.count && record[index] == UInt8(ascii: ",")
        guard index == record.count - 1, record[index] == UInt8(ascii: "}") else { return nil }
    }

    /// The member's JSON; empty when it is not there.
    private func json(_ name: Name) -> ArraySlice<UInt8> { record[places[name.rawValue]] }

    /// The text of a member that is a string.
    func text(_ name: Name) -> String? {
        let json = json(name)
        guard json.first == UInt8(ascii: "\"") else { return nil }
        if json.contains(UInt8(ascii: "\\")) { return value(name)?.string }
        return String(validating: json.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Whether a member is the string `text`, which holds nothing that JSON escapes.
    func holds(_ name: Name, _ text: StaticString) -> Bool {
        let letters = json(name).dropFirst().dropLast()
        return text.withUTF8Buffer { letters.elementsEqual($0) }
    }

    func integer(_ name: Name) -> Int64? { value(name)?.integer }

    func value(_ name: Name) -> JSONValue? {
        do throws(JSONError) {
            return try JSONValue(strict: Array(json(name)))
        } catch {
            return nil
        }
    }

    /// The string that begins at `start`, with its quotes.
    private static func string(in json: [UInt8], at start: Int) -> Range<Int>? {
        guard start < json.count, json[start] == UInt8(ascii: "\"") else { return nil }
        var index = start + 1
        while index < json.count {
            switch json[index] {
            case UInt8(ascii: "\""): return start..<(index + 1)
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The value that begins at `start`.
    private static func value(in json: [UInt8], at start: Int) -> Range<Int>? {
        var (index, depth) = (start, 0)
        while index < json.count {
            switch json[index] {
            case UInt8(ascii: "\""):
                guard let string = string(in: json, at: index) else { return nil }
                index = string.upperBound
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return start..<index }
                if json[index] != UInt8(ascii: ",") { depth -= 1 }
                index += 1
            default: index += 1
            }
        }
        return nil
    }
}
