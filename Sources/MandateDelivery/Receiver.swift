import MandateCore

/// Where records are delivered to. One task uses it.
protocol Receiver: Sendable {
    /// Hands records over, in order, all or none as far as this side knows.
    func take(_ records: [StoredRecord]) async throws(DeliveryFailure)

    /// Whether nothing has happened since to what was handed over.
    var isIntact: Bool { get }

    /// How long something must have been handed over, and nothing happened, until the other side certainly has it.
    var settling: Duration { get }

    /// Lets go of what is open; the next ``take(_:)`` begins anew.
    func disconnect() async

    /// Lets go for good.
    func close() async
}

/// Why records were not delivered, for the operators' log.
struct DeliveryFailure: Error, Hashable {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }
}
