import MandateCore

extension AdminAPI {
    /// Records byte for byte as they are chained, so that an export can be verified.
    func readLedger(_ call: Call) async throws(Problem) -> AdminResponse {
        if let latest = try call.number(query: "latest", in: 1...1000) {
            guard call.query["after"] == nil, call.query["limit"] == nil else {
                throw Problem(.invalid, field: "latest", "stands alone: leave out after and limit")
            }
            return .list(
                rendered: try administration.reading { (reader) throws(Problem) in
                    try reader.latestRecords(Int(latest))
                }, next: nil)
        }
        let after = try call.number(query: "after", in: 0...Int64.max) ?? 0
        let limit = try call.limit()
        let records = try administration.reading { (reader) throws(Problem) in
            try reader.records(after: after, limit: limit)
        }
        guard records.count == limit, let last = records.last else { return .list(rendered: records, next: nil) }
        return .list(rendered: records, next: try Self.sequence(of: last))
    }

    private static func sequence(of record: [UInt8]) throws(Problem) -> String {
        do {
            if let sequence = try JSONValue(strict: record)["seq"]?.integer { return String(sequence) }
        } catch {}
        throw Problem(.unavailable, "a record of the ledger cannot be read: verify the ledger")
    }
}
