import MandateCore

/// One page of `GET /v1/ledger`: the records byte for byte as the server sent them.
struct LedgerPage {
    /// Verbatim, oldest first.
    let records: [StoredRecord]
    /// What the next page is asked for with; nil on the last.
    let next: String?

    init(_ answer: AdministrationAnswer) throws(CommandFailure) {
        guard let items = answer.body["items"]?.array else { throw Administration.unreadable }
        let records = VerbatimItems.items(of: answer.raw)
        guard records.count == items.count else { throw Administration.unreadable }
        self.records = try zip(records, items).map { (bytes, item) throws(CommandFailure) in
            guard let sequence = item["seq"]?.integer else { throw Administration.unreadable }
            return StoredRecord(sequence: sequence, bytes: bytes)
        }
        next = answer.body["next"]?.string
    }
}

/// Cuts the elements of the top-level array `items` out of JSON that was read strictly before.
enum VerbatimItems {
    static func items(of json: [UInt8]) -> [[UInt8]] {
        var items: [[UInt8]] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var text: [UInt8] = []
        var start: Int?
        var isInItems = false
        for (index, byte) in json.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    continue
                }
                if depth == 1 { text.append(byte) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
                if depth == 1 { text = [] }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 1 { isInItems = byte == UInt8(ascii: "[") && text.elementsEqual("items".utf8) }
                if depth == 2, isInItems { start = index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 2, let first = start {
                    items.append(Array(json[first...index]))
                    start = nil
                }
            default: break
            }
        }
        return items
    }
}

extension Administration {
    private static let recordsAtOnce = 500
    typealias Query = [(name: String, value: String)]

    /// Calls `body` with every record above `sequence` that passes, oldest first.
    func records(
        after sequence: Int64, matching filter: Query = [], _ body: (StoredRecord) throws -> Void
    ) async throws {
        var position = String(sequence)
        while true {
            let range = [(name: "after", value: position), (name: "limit", value: String(Self.recordsAtOnce))]
            let page = try LedgerPage(try await get("ledger", query: filter + range))
            for record in page.records { try body(record) }
            guard let next = page.next else { return }
            guard next != position else { throw Self.unreadable }
            position = next
        }
    }

    /// The newest records that pass, oldest first.
    func latestRecords(_ count: Int, matching filter: Query = []) async throws -> [StoredRecord] {
        try LedgerPage(try await get("ledger", query: filter + [(name: "latest", value: String(count))])).records
    }
}
