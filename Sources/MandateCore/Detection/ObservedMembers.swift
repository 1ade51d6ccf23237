/// Where the members of a ledger record stand that rules look at: found in one pass over its canonical JSON, because
/// every record passes here. It proves nothing about the record; that is what verifying the ledger is for.
struct ObservedMembers {
    enum Name: Int, CaseIterable {
        case agentID, at, audience, chainHash, change, count, decision, event, principal, reason, seq, taskID

        /// Length and first letters leave one name, which is then compared.
        fileprivate init?(_ record: UnsafeRawBufferPointer, _ place: Range<Int>) {
            guard place.count >= 2 else { return nil }
            let (first, second) = (record[place.lowerBound], record[place.lowerBound + 1])
            let (name, text): (Name, StaticString)
            switch (place.count, first, second) {
            case (8, UInt8(ascii: "a"), UInt8(ascii: "g")): (name, text) = (.agentID, "agent_id")
            case (2, _, _): (name, text) = (.at, "at")
            case (8, UInt8(ascii: "a"), _): (name, text) = (.audience, "audience")
            case (10, UInt8(ascii: "c"), _): (name, text) = (.chainHash, "chain_hash")
            case (6, UInt8(ascii: "c"), _): (name, text) = (.change, "change")
            case (5, UInt8(ascii: "c"), UInt8(ascii: "o")): (name, text) = (.count, "count")
            case (8, UInt8(ascii: "d"), _): (name, text) = (.decision, "decision")
            case (5, UInt8(ascii: "e"), _): (name, text) = (.event, "event")
            case (9, UInt8(ascii: "p"), _): (name, text) = (.principal, "principal")
            case (6, UInt8(ascii: "r"), _): (name, text) = (.reason, "reason")
            case (3, UInt8(ascii: "s"), _): (name, text) = (.seq, "seq")
            case (7, UInt8(ascii: "t"), _): (name, text) = (.taskID, "task_id")
            default: return nil
            }
            let letters = text.utf8Start
            for index in 0..<place.count where record[place.lowerBound + index] != letters[index] { return nil }
            self = name
        }
    }

    private let record: [UInt8]
    private let places: [Range<Int>]

    /// Nil when the bytes are no JSON object with members.
    init?(_ record: [UInt8]) {
        var places = [Range<Int>](repeating: 0..<0, count: Name.allCases.count)
        let isWhole = record.withUnsafeBytes { bytes in
            RecordMembers(bytes).each { name, value in
                if let found = Name(bytes, name) { places[found.rawValue] = value }
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
