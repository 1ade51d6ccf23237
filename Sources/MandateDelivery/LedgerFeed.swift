import MandateCore

/// The ledger as one consumer reads it along: what comes next, and how far it has come.
struct LedgerFeed: Sendable {
    let consumer: LedgerConsumer
    let administration: any RegistryAdministration
    let ledger: any Ledger
    let now: @Sendable () -> Instant

    /// What is in memory at once.
    private static let mostRecords = 500
    private static let mostBytes = 1 << 20

    /// The last record that was delivered; nil when none ever was.
    func position() throws(DeliveryFailure) -> Int64? {
        let consumer = consumer
        return try reading { (reader) throws(Problem) in try reader.position(of: consumer) }
    }

    /// The next records; none when there are no more.
    func records(after sequence: Int64) throws(DeliveryFailure) -> [StoredRecord] {
        let query = LedgerQuery(after: sequence, limit: Self.mostRecords, size: Self.mostBytes)
        return try reading { (reader) throws(Problem) in try reader.excerpt(query) }.records
    }

    /// Writes down how far the consumer has come; whether that is durable.
    func note(_ position: Int64) async -> Bool {
        let entry = LedgerEntry(progress: consumer, to: position, at: now())
        return await withCheckedContinuation { continuation in
            ledger.append([entry]) { outcomes in continuation.resume(returning: outcomes == [.durable]) }
        }
    }

    private func reading<Answer>(
        _ body: (any RegistryReader) throws(Problem) -> Answer
    ) throws(DeliveryFailure) -> Answer {
        do throws(Problem) {
            return try administration.reading(body)
        } catch {
            throw DeliveryFailure("the ledger cannot be read: \(error.detail)")
        }
    }
}
