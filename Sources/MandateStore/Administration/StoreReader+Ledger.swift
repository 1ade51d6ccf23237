import MandateCore

/// Reading the ledger by filter. It has no index but its number: an index on values that come in any order would cost
/// every token more than it saves here. So a look passes over records, quickly, and never over too many.
extension StoreReader {
    /// How many records one look passes over, and for how long.
    private static let mostRecords = 50_000
    private static let longest = Duration.milliseconds(200)
    /// Bytes after which a page ends, however few records are on it.
    static let largestPage = 4 << 20
    /// How often the clock is asked.
    private static let recordsPerGlance = 512

    func excerpt(_ query: LedgerQuery) throws(Problem) -> LedgerExcerpt {
        try asking { () throws(StoreError) in
            let matcher = RecordMatcher(query.filter)
            let start = max(
                try archived(), query.after, try query.filter.since.map(lastSequence(surelyBefore:)) ?? 0)
            let deadline = ContinuousClock.now.advanced(by: Self.longest)
            var (records, size, seen, position): ([StoredRecord], Int, Int, Int64) = ([], 0, 0, start)
            var isAtEnd = true
            try connection.prepare("SELECT seq, record FROM ledger WHERE seq > ? ORDER BY seq").each([.integer(start)])
            {
                row throws(StoreError) in
                let isSpent =
                    seen % Self.recordsPerGlance == Self.recordsPerGlance - 1 && ContinuousClock.now >= deadline
                guard records.count < query.limit, size < query.size, seen < Self.mostRecords, !isSpent else {
                    isAtEnd = false
                    return false
                }
                seen += 1
                let record = row.borrowed(1)
                if matcher.passes(record) {
                    guard records.isEmpty || size + record.count <= query.size else {
                        isAtEnd = false
                        return false
                    }
                    size += record.count
                    records.append(StoredRecord(sequence: row.integer(0), bytes: Array(record)))
                }
                position = row.integer(0)
                return true
            }
            return LedgerExcerpt(records: records, next: isAtEnd ? nil : position)
        }
    }

    func latestRecords(_ limit: Int, matching filter: LedgerFilter) throws(Problem) -> [StoredRecord] {
        try asking { () throws(StoreError) in
            let matcher = RecordMatcher(filter)
            var (records, size): ([StoredRecord], Int) = ([], 0)
            try connection.prepare("SELECT seq, record FROM ledger WHERE seq > ? ORDER BY seq DESC LIMIT ?")
                .each([.integer(try archived()), .integer(Int64(Self.mostRecords))]) { row throws(StoreError) in
                    let record = row.borrowed(1)
                    if matcher.passes(record) {
                        records.append(StoredRecord(sequence: row.integer(0), bytes: Array(record)))
                        size += record.count
                    }
                    return records.count < limit && size < Self.largestPage
                }
            return records.reversed()
        }
    }

    /// Records up to this number are in archives, though they may not be dropped yet.
    private func archived() throws(StoreError) -> Int64 {
        guard let number = try connection.first("SELECT archived FROM state", map: { row in row.integer(0) }) else {
            throw .unreadable("state")
        }
        return number
    }
}

extension RecordMatcher {
    /// Whether the record passes. A search for the marks spares looking closer at nearly all that do not.
    fileprivate func passes(_ record: UnsafeRawBufferPointer) -> Bool {
        marks.allSatisfy { mark in record.contains(mark) } && matches(record)
    }
}
