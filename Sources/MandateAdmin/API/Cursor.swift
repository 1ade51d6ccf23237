import MandateCore

/// Where a list goes on, sealed: whoever holds one can hand it back as `after` to the same list with the same filters, and
/// nobody can make or change one. `limit` may differ from page to page.
struct Cursor: Sendable {
    /// Of what list: the route and its filters.
    private let list: [String]
    private let key: [UInt8]
    private let digests: any Digests

    private static let codeLength = 32
    /// The longest cursor that is looked at.
    private static let longest = 2048

    init(list: [String], key: [UInt8], digests: any Digests) {
        self.list = list
        self.key = key
        self.digests = digests
    }

    /// The cursor of a position in this list.
    func seal(_ position: String) throws(Problem) -> String {
        let bytes = Array(position.utf8)
        return Base64URL.text(of: bytes + (try code(of: bytes)))
    }

    /// The position that was sealed for this very list; anything else is refused.
    func open(_ text: String) throws(Problem) -> String {
        guard text.utf8.count <= Self.longest, let bytes = Base64URL.decode(Array(text.utf8)),
            bytes.count >= Self.codeLength,
            digests.equalInConstantTime(
                Array(bytes.suffix(Self.codeLength)), try code(of: Array(bytes.dropLast(Self.codeLength)))),
            let position = String(validating: bytes.dropLast(Self.codeLength), as: UTF8.self)
        else {
            throw Problem(
                .invalid, field: "after",
                "must be the next of this list with these filters, unchanged: start anew without after")
        }
        return position
    }

    private func code(of position: [UInt8]) throws(Problem) -> [UInt8] {
        // An array of strings can be read in one way only, so that no filter can pass for another or for a position.
        let bound = JSONValue.array((["cursor"] + list).map { .string($0) }).canonical
        do {
            return try digests.hmac(bound + position, key: key)
        } catch {
            throw Problem(
                .unavailable, "the cursor of the list cannot be sealed or opened (\(error.reason)): try again")
        }
    }
}

extension Call {
    /// The cursors of the list that is asked for: its route, its path and its filters.
    func cursor(in reader: any RegistryReader) throws(Problem) -> Cursor {
        let filters = query.filter { $0.key != "after" && $0.key != "limit" }.sorted { $0.key < $1.key }
        let path = segments.sorted { $0.key < $1.key }
        return Cursor(
            list: [template] + (path + filters).flatMap { [$0.key, $0.value] }, key: try reader.cursorKey(),
            digests: digests)
    }

    /// The position in `after`, from where the list goes on; nil at its beginning.
    func position(in reader: any RegistryReader) throws(Problem) -> String? {
        guard let text = query["after"] else { return nil }
        return try cursor(in: reader).open(text)
    }

    /// The same as an identifier.
    func position<ID: Identifier>(_ type: ID.Type, in reader: any RegistryReader) throws(Problem) -> ID? {
        guard let text = try position(in: reader) else { return nil }
        guard let id = ID(text) else { throw Problem(.invalid, field: "after", "is of another version: start anew") }
        return id
    }

    /// The cursor after `position`, when there is one.
    func next(after position: String?, in reader: any RegistryReader) throws(Problem) -> String? {
        guard let position else { return nil }
        return try cursor(in: reader).seal(position)
    }
}
