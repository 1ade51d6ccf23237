import MandateCore

/// Finding a time in the ledger.
///
/// Times need not rise: a clock that was set back goes on being recorded in refusals and administration. But nothing is
/// issued more than five seconds behind the latest time that was ever recorded (``GroupCommit``). So the time of an
/// issuance says something about all records before it, and only issuances are looked at here.
extension StoreReader {
    /// The writer's five seconds, and one for what it keeps of the latest time over a restart, doubled.
    private static let margin: Int64 = 12
    /// How far to look for an issuance beside the record in the middle.
    private static let reach: Int64 = 256
    /// Where to stop halving: passing over so few records is quick.
    private static let fewRecords: Int64 = 1024

    /// A record up to which all are older than `time`, itself included; 0 when there is none. Everything that is not older
    /// comes after it, and little that is.
    func lastSequence(surelyBefore time: Instant) throws(StoreError) -> Int64 {
        let ends = try connection.first("SELECT (SELECT min(seq) FROM ledger), (SELECT max(seq) FROM ledger)") { row in
            (first: row.integer(0), last: row.integer(1))
        }
        guard let ends, ends.last > 0 else { return 0 }
        let early = time.advanced(bySeconds: -Self.margin)
        var (low, high) = (ends.first - 1, ends.last)
        while high - low > Self.fewRecords {
            let middle = low + (high - low) / 2
            guard let found = try issuance(from: middle), found.at < early else {
                high = middle
                continue
            }
            // Between the middle and the issuance there may be the end that was searched for.
            low = max(low, found.sequence)
            high = max(high, low)
        }
        return max(low, 0)
    }

    /// The first issuance at or a little after a record.
    private func issuance(from sequence: Int64) throws(StoreError) -> (sequence: Int64, at: Instant)? {
        var found: (sequence: Int64, at: Instant)?
        try connection.prepare("SELECT seq, record FROM ledger WHERE seq >= ? ORDER BY seq LIMIT ?")
            .each([.integer(sequence), .integer(Self.reach)]) { row throws(StoreError) in
                let members = RecordMembers(row.borrowed(1))
                guard let event = members.value(of: "event"), Self.issuances.contains(where: event.elementsEqual),
                    let at = members.value(of: "at"),
                    let time = Instant(rfc3339: String(decoding: at.dropFirst().dropLast(), as: UTF8.self))
                else { return true }
                found = (row.integer(0), time)
                return false
            }
        return found
    }

    private static let issuances = [LedgerEvent.tokenIssued, .delegationCreated].map {
        Array("\"\($0.rawValue)\"".utf8)
    }
}
