/// How much one record of the registry may hold. What is compared with what grows with the square of it, on the thread that
/// writes the ledger, and a record of the ledger holds all of it.
enum RecordBounds {
    static let bytes = 128 << 10
    static let elements = 1024

    /// Refuses what is too long, or has too many elements or members in one place.
    static func check(_ value: JSONValue, at place: FieldPath) throws(Problem) {
        var left = bytes
        try spend(&left, on: value, at: place)
        if left < 0 { throw place.problem("is longer than \(bytes >> 10) KiB: divide it") }
    }

    private static func spend(_ left: inout Int, on value: JSONValue, at place: FieldPath) throws(Problem) {
        guard left >= 0 else { return }
        left -= 1
        switch value {
        case .null, .bool, .integer, .number: left -= 8
        case .string(let text): left -= text.utf8.count
        case .array(let elements):
            try count(elements.count, at: place)
            for (index, element) in elements.enumerated() {
                try spend(&left, on: element, at: place.element(index))
            }
        case .object(let members):
            try count(members.count, at: place)
            for member in members {
                left -= member.name.utf8.count
                try spend(&left, on: member.value, at: place.member(member.name))
            }
        }
    }

    private static func count(_ count: Int, at place: FieldPath) throws(Problem) {
        if count > elements { throw place.problem("has \(count) entries: \(elements) are the most") }
    }
}
