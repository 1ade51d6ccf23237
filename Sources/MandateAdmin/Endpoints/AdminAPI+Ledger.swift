import MandateCore

extension AdminAPI {
    /// Records byte for byte as they are chained, so that an export can be verified; or as lines for other readers.
    func readLedger(_ call: Call) async throws(Problem) -> AdminResponse {
        let format = try call.ledgerFormat()
        let filter = try call.ledgerFilter()
        if let latest = try call.number(query: "latest", in: 1...1000) {
            guard call.query["after"] == nil, call.query["limit"] == nil else {
                throw Problem(.invalid, field: "latest", "stands alone: leave out after and limit")
            }
            let records = try administration.reading { (reader) throws(Problem) in
                try reader.latestRecords(Int(latest), matching: filter)
            }
            return .records(records, next: nil, as: format, of: call)
        }
        let limit = try call.limit()
        return try administration.reading { (reader) throws(Problem) in
            let query = LedgerQuery(after: try call.ledgerPosition(in: reader), limit: limit, filter: filter)
            let excerpt = try reader.excerpt(query)
            let next = try call.next(after: excerpt.next.map { String($0) }, in: reader)
            return .records(excerpt.records, next: next, as: format, of: call)
        }
    }
}

extension AdminResponse {
    /// Lines have no place for `next`: there it is a link (RFC 8288) to the following page.
    fileprivate static func records(
        _ records: [StoredRecord], next: String?, as format: LedgerFormat, of call: Call
    ) -> AdminResponse {
        if format == .json { return .list(rendered: records.map(\.bytes), next: next) }
        let lines = records.flatMap { format.line(of: $0) + [UInt8(ascii: "\n")] }
        let link = next.map { next in
            let query = call.query.merging(["after": next]) { _, new in new }.sorted { $0.key < $1.key }
                .map { "\($0.key)=\(PercentEncoding.encode($0.value))" }
            return (name: "Link", value: "</v1/ledger?\(query.joined(separator: "&"))>; rel=\"next\"")
        }
        return AdminResponse(
            status: 200, contentType: format.contentType, headers: link.map { [$0] } ?? [], body: lines)
    }
}

extension Call {
    /// After which record to begin: its number, as people know it, or the `next` of a page.
    fileprivate func ledgerPosition(in reader: any RegistryReader) throws(Problem) -> Int64 {
        guard let text = query["after"] else { return 0 }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return try number(query: "after", in: 0...Int64.max) ?? 0
        }
        guard let sequence = Int64(try cursor(in: reader).open(text)) else {
            throw Problem(.invalid, field: "after", "is of another version: start anew")
        }
        return sequence
    }

    fileprivate func ledgerFormat() throws(Problem) -> LedgerFormat {
        guard let text = query["format"] else { return .json }
        guard let format = LedgerFormat(rawValue: text) else {
            throw Problem(.invalid, field: "format", "must be json, cef or leef")
        }
        return format
    }

    fileprivate func ledgerFilter() throws(Problem) -> LedgerFilter {
        LedgerFilter(
            agent: try identifier(AgentID.self, query: "agent"), task: try identifier(TaskID.self, query: "task"),
            chain: try value("chain", "a delegation_chain_hash: sha256: and 64 digits of 0-9a-f") { text in
                ChainHash(text: text)
            },
            principal: try identifier(Label.self, query: "principal"),
            event: try value("event", EventPattern.grammar) { text in EventPattern(text) },
            since: try value("since", "a time as RFC 3339 has it, such as 2026-01-31T09:00:00Z") { text in
                Instant(anyRFC3339: text)
            })
    }

    private func value<Value>(
        _ name: String, _ grammar: String, _ read: (String) -> Value?
    ) throws(Problem) -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = read(text) else { throw Problem(.invalid, field: name, "must be \(grammar)") }
        return value
    }
}
