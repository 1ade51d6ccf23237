/// Where a ledger is not as it was written.
struct LedgerFault: Error, Hashable, CustomStringConvertible {
    private enum Kind: Hashable {
        case record
        case records(to: Int64)
        case cut
    }

    /// The first record that is not as it was written, as far as can be told.
    let sequence: Int64
    let why: String
    private let kind: Kind

    /// One record is bad.
    init(sequence: Int64, why: String) {
        self.init(sequence: sequence, why: why, kind: .record)
    }

    /// One of several records is bad, and those after it were made to fit.
    static func among(_ records: ClosedRange<Int64>, why: String) -> LedgerFault {
        LedgerFault(sequence: records.lowerBound, why: why, kind: .records(to: records.upperBound))
    }

    /// From this record on they are missing.
    static func cut(from sequence: Int64, why: String) -> LedgerFault {
        LedgerFault(sequence: sequence, why: why, kind: .cut)
    }

    private init(sequence: Int64, why: String, kind: Kind) {
        self.sequence = sequence
        self.why = why
        self.kind = kind
    }

    var description: String {
        switch kind {
        case .record: "record \(sequence) is bad: \(why)"
        case .records(let last) where last == sequence: "record \(sequence) is bad: \(why)"
        case .records(let last): "one of the records \(sequence) to \(last) is bad: \(why)"
        case .cut: "records were cut: \(why)"
        }
    }
}
