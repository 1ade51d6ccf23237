/// The append-only record of decisions.
public protocol Ledger: Sendable {
    /// Hands `entries` to the writer and returns at once.
    ///
    /// `release` is called once, on any thread, with one outcome an entry, in order; when an outcome is `.durable` the
    /// record is on disk. A full queue answers `.refused(.unavailable(.overloaded))` without waiting.
    func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void)

    /// Finds out whether a record could be made durable now, without making one; answers on any thread.
    func probe(_ answer: @escaping @Sendable (Bool) -> Void)
}

/// What became of one entry.
public enum LedgerOutcome: Hashable, Sendable {
    case durable
    /// The registry changed since the entry was judged: judge again.
    case judgeAgain
    case refused(Refusal)
}

/// A record on its way to the ledger, with what its issuance writes in the same transaction.
public struct LedgerEntry: Hashable, Sendable {
    public let record: LedgerRecord.Pieces
    public let at: Instant
    public let effect: Effect

    public enum Effect: Hashable, Sendable {
        /// A token under a link. Committed only while `judgedUnder` is still the registry's epoch.
        case token(judgedUnder: Epoch, link: Int64, expiry: Instant)
        /// A record that gives nothing to anybody, such as a refusal.
        case none
    }

    public init(_ record: LedgerRecord, effect: Effect) {
        self.record = record.pieces
        self.at = record.at
        self.effect = effect
    }
}
