import MandateCore

/// How a delivery of the ledger stands.
struct DeliveryStatus: Hashable, Sendable {
    let consumer: LedgerConsumer
    /// The last record that the receiver certainly has.
    var position: Int64
    /// Whether the last attempt went well.
    var isHealthy: Bool
    /// Why the last attempt failed; nil while all is well.
    var lastError: String?
}
