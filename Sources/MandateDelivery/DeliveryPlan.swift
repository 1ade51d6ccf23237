public import MandateCore

/// What goes where.
public struct DeliveryPlan: Sendable {
    /// Where records go by syslog, and whether over TLS.
    public struct Syslog: Hashable, Sendable {
        public let host: String
        public let port: Int
        public let usesTLS: Bool

        public init(host: String, port: Int, usesTLS: Bool) {
            self.host = host
            self.port = port
            self.usesTLS = usesTLS
        }
    }

    public let syslog: Syslog?
    /// The URL that batches are posted to.
    public let webhook: String?
    public let format: LedgerFormat
    /// A PEM file with those who sign the receivers' certificates; nil for the system's.
    public let authorities: String?
    /// Reads the bearer token for the webhook; nil when it takes none.
    public let token: (@Sendable () throws(Problem) -> String)?

    public init(
        syslog: Syslog?, webhook: String?, format: LedgerFormat, authorities: String?,
        token: (@Sendable () throws(Problem) -> String)?
    ) {
        self.syslog = syslog
        self.webhook = webhook
        self.format = format
        self.authorities = authorities
        self.token = token
    }
}
