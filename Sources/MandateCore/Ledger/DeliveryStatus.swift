/// How a delivery of the ledger stands, for whoever watches.
public struct DeliveryStatus: Hashable, Sendable {
    public let consumer: LedgerConsumer
    /// The last record that the receiver certainly has.
    public var position: Int64
    /// Whether the last attempt went well.
    public var isHealthy: Bool
    /// Why the last attempt failed; nil while all is well.
    public var lastError: String?

    public init(consumer: LedgerConsumer, position: Int64, isHealthy: Bool, lastError: String?) {
        self.consumer = consumer
        self.position = position
        self.isHealthy = isHealthy
        self.lastError = lastError
    }
}
