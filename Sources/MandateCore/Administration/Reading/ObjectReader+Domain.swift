extension ObjectReader {
    func identifier<ID: Identifier>(_ type: ID.Type, _ name: String) throws(Problem) -> ID? {
        guard let value = value(name) else { return nil }
        return try value.identifier(type, at: field(name))
    }

    func text(_ name: String) throws(Problem) -> PrintableText? {
        guard let text = try string(name) else { return nil }
        guard let printable = PrintableText(text) else {
            throw field(name).problem("must be \(PrintableText.grammar)")
        }
        return printable
    }

    /// One of the words of an enumeration.
    func word<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type, _ name: String
    ) throws(Problem) -> Word? {
        guard let value = value(name) else { return nil }
        return try value.word(type, at: field(name))
    }

    func time(_ name: String) throws(Problem) -> Instant? {
        guard let text = try string(name) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw field(name).problem("must be a time in UTC such as \"2027-01-31T09:00:00Z\", not \(quoted(text))")
        }
        return instant
    }

    /// Audience → scopes.
    func authority(_ name: String) throws(Problem) -> Authority? {
        guard let value = value(name) else { return nil }
        guard let members = value.members else {
            throw field(name).problem("must be an object from audience to scopes, not \(value.kind)")
        }
        var entries: [Authority.Entry] = []
        for member in members {
            let place = field(name).member(member.name)
            guard let audience = AudienceID(member.name) else {
                throw place.problem("\(quoted(member.name)) is no audience id: it is \(AudienceID.grammar)")
            }
            guard let scopes = ScopeSet(try member.value.list(at: place, of: JSONValue.scope)) else {
                throw place.problem("names no scope: name at least one, or leave the audience out")
            }
            entries.append(Authority.Entry(audience: audience, scopes: scopes))
        }
        guard let authority = Authority(entries) else {
            throw field(name).problem("names no audience: name at least one, or leave the member out")
        }
        return authority
    }

    /// A duration as `15m`, `900s`, `1h`, `30d` or whole seconds.
    func seconds(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let seconds = value.integer ?? Self.seconds(value.string ?? "") else {
            throw field(name).problem("must be a duration such as 15m, 900s or 1h, or a whole number of seconds")
        }
        guard range.contains(seconds) else {
            throw field(name).problem(
                "must be from \(range.lowerBound)s to \(range.upperBound)s (\(Self.short(range.upperBound))): choose one "
                    + "in between")
        }
        return seconds
    }

    /// In a unit that people know it by.
    private static func short(_ seconds: Int64) -> String {
        if seconds >= 86_400 { return "\(seconds / 86_400)d" }
        return seconds >= 3600 ? "\(seconds / 3600)h" : "\(seconds / 60)m"
    }

    private static func seconds(_ text: String) -> Int64? {
        guard let last = text.utf8.last, text.utf8.count <= 10,
            text.utf8.dropLast().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let count = Int64(text.dropLast())
        else { return nil }
        switch last {
        case UInt8(ascii: "s"): return count
        case UInt8(ascii: "m"): return count * 60
        case UInt8(ascii: "h"): return count * 3600
        case UInt8(ascii: "d"): return count * 86_400
        default: return nil
        }
    }
}

extension JSONValue {
    func identifier<ID: Identifier>(_ type: ID.Type, at place: FieldPath) throws(Problem) -> ID {
        let text = try string(at: place)
        guard let id = ID(text) else { throw place.problem("must be \(ID.grammar), not \(quoted(text))") }
        return id
    }

    func word<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type, at place: FieldPath
    ) throws(Problem) -> Word {
        let text = try string(at: place)
        guard let word = Word.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
            let words = Word.allCases.map(\.rawValue)
            throw place.problem(
                "must be one of \(words.joined(separator: ", ")), not \(quoted(text))"
                    + NearestName.hint(for: text, among: words))
        }
        return word
    }

    static func scope(_ value: JSONValue, at place: FieldPath) throws(Problem) -> Scope {
        let text = try value.string(at: place)
        guard let scope = Scope(text) else {
            throw place.problem(
                "\(quoted(text)) is no scope: it is 1 to 8 segments joined by \":\", without spaces, and without \"*\" "
                    + "in the first")
        }
        return scope
    }
}
