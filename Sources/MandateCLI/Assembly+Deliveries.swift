import Logging
import MandateCore
import MandateDelivery

extension Assembly {
    /// What brings the ledger of an opened installation to its receivers; nothing runs yet.
    static func deliveries(
        _ installation: Installation, _ settings: Settings, logger: Logger
    ) throws(Problem) -> Deliveries {
        let export = settings.export
        let plan = DeliveryPlan(
            syslog: export.syslog.map { .init(host: $0.host, port: $0.port, usesTLS: $0.usesTLS) },
            webhook: export.webhook?.url, format: export.format, authorities: export.authorities,
            token: export.tokenFile.map(token))
        return try Deliveries(
            plan, from: installation.store, ledger: installation.store.ledger, now: Clock.now, logger: logger)
    }

    /// Reads the token in a file, each time anew.
    static func token(in path: String) -> @Sendable () throws(Problem) -> String {
        { () throws(Problem) in try SecretFile(path: path).read() }
    }
}
