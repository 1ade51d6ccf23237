import Glibc
import Logging
public import MandateCore
import NIOSSL

/// All deliveries of a running service.
public final class Deliveries: Sendable {
    private let all: [Delivery]

    /// Reads the certificates and the token once, so that a mistake stops the start.
    public init(
        _ plan: DeliveryPlan, from administration: any RegistryAdministration, ledger: any Ledger,
        now: @escaping @Sendable () -> Instant, logger: Logger
    ) throws(Problem) {
        let tls = try Self.tls(plan.authorities)
        var all: [Delivery] = []
        func add(_ consumer: LedgerConsumer, _ receiver: any Receiver) {
            let feed = LedgerFeed(consumer: consumer, administration: administration, ledger: ledger, now: now)
            all.append(Delivery(feed, to: receiver, logger: logger))
        }
        if let address = plan.syslog {
            let sender = SyslogSender(host: Self.hostName, process: getpid(), format: plan.format)
            let context = try address.usesTLS ? Self.context(tls) : nil
            add(.syslog, SyslogReceiver(at: address, sender: sender, tls: context))
        }
        if let url = plan.webhook {
            _ = try plan.token?()
            add(.webhook, WebhookReceiver(at: url, format: plan.format, tls: tls, token: plan.token))
        }
        self.all = all
    }

    /// Delivers until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            for delivery in all { group.addTask { await delivery.run() } }
        }
    }

    private static func tls(_ authorities: String?) throws(Problem) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let authorities else { return configuration }
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
        } catch {
            throw Problem(
                .invalid, field: "export.ca",
                "\(authorities) cannot be used (\(error)): give a PEM file with certificates")
        }
        return configuration
    }

    private static func context(_ configuration: TLSConfiguration) throws(Problem) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Problem(.invalid, field: "export.ca", "TLS cannot be set up: \(error)")
        }
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
