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
    private let places: [Range<Int>]

    /// Nil when the bytes are no JSON object with members.
    init?(_ record: [UInt8]) {
        var places = [Range<Int>](repeating: 0..<0, count: Name.texts.count)
        var next = 0
        let isWhole = record.withUnsafeBytes { bytes in
            RecordMembers(bytes).each { name, value in
                let letters = bytes[name]
                while next < places.count, Name.texts[next].lexicographicallyPrecedes(letters) { next += 1 }
                if next < places.count, Name.texts[next].elementsEqual(letters) { places[next] = value }
                return true
            }
        }
        guard isWhole else { return nil }
        self.record = record
        self.places = places
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
}
