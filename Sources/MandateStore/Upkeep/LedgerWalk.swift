import MandateCore

/// Goes over every record that a database has, oldest first: each has its number and names the hash of the one before.
struct LedgerWalk {
    private let path: String
    private let digests: any Digests

    private static let recordsAtOnce: Int64 = 1000

    init(of path: String, digests: any Digests) {
        self.path = path
        self.digests = digests
    }

    /// Names the first record that does not continue the one before it.
    func check() throws(Problem) {
        var last: (sequence: Int64, hash: String)?
        let connection = try asking { () throws(StoreError) in try Connection(path: path, access: .reading) }
        let page = try asking { () throws(StoreError) in
            try connection.prepare("SELECT seq, record FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?")
        }
        let archived = try asking { () throws(StoreError) in
            try connection.first("SELECT archived FROM state") { row in row.integer(0) } ?? 0
        }
        while true {
            let rows = try asking { () throws(StoreError) in
                try page.all([.integer(last?.sequence ?? 0), .integer(Self.recordsAtOnce)]) { row in
                    (sequence: row.integer(0), record: row.blob(1))
                }
            }
            if last == nil, let first = rows.first, first.sequence > archived + 1 {
                throw Self.fault(archived + 1, "it is missing")
            }
            for row in rows { last = try check(row.sequence, row.record, after: last) }
            if rows.count < Self.recordsAtOnce { return }
        }
    }

    private func check(
        _ sequence: Int64, _ record: [UInt8], after last: (sequence: Int64, hash: String)?
    ) throws(Problem) -> (Int64, String) {
        let json: JSONValue
        do {
            json = try JSONValue(strict: record)
        } catch {
            throw Self.fault(sequence, "it is not strict JSON")
        }
        guard json["seq"] == .integer(sequence) else { throw Self.fault(sequence, "it has another number") }
        if let last {
            guard last.sequence + 1 == sequence else { throw Self.fault(last.sequence + 1, "it is missing") }
            guard json["prev"] == .string(last.hash) else {
                throw Self.fault(sequence, "its prev is not the hash of record \(last.sequence)")
            }
        } else if sequence == 1 {
            guard json["prev"] == .null else { throw Self.fault(sequence, "its prev is not null") }
        }
        return (sequence, try asking { () throws(StoreError) in try LedgerHead.hash(of: record, digests: digests) })
    }

    private static func fault(_ sequence: Int64, _ why: String) -> Problem {
        Problem(.invalid, "the ledger in the backup does not verify: record \(sequence) is bad: \(why)")
    }

    private func asking<Answer>(_ question: () throws(StoreError) -> Answer) throws(Problem) -> Answer {
        do {
            return try question()
        } catch {
            throw Problem(.unavailable, "the ledger in the backup cannot be read: \(error.message)")
        }
    }
}
