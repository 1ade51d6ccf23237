import Glibc
import Logging
import MandateAdmin
import MandateCore
import MandateServer
import UnixSignals

/// The running service: both listeners over one data directory, from start to SIGTERM.
struct Service {
    private let settings: Settings
    private let logger: Logger

    init(_ settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    func run() async throws {
        Self.prepareProcess()
        // From here on a signal waits for its turn instead of ending the process.
        let stop = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        do throws(Problem) {
            let installation = try Assembly.open(settings, logger: logger)
            let listener = try await Assembly.publicListener(installation, settings, logger: logger)
            let admin = AdminListener(api: installation.api, socketPath: settings.socket, logger: logger)
            try await record(.serverStarted, in: installation)
            await serve(installation, listener, admin, until: stop)
        } catch {
            throw CommandFailure(error.detail)
        }
    }

    /// Administration may fail and issuance goes on; only a stop signal ends the service.
    private func serve(
        _ installation: Assembly.Installation, _ listener: PublicListener, _ admin: AdminListener,
        until stop: UnixSignalsSequence
    ) async {
        let (ready, announce) = AsyncStream<Bool>.makeStream()
        let administration = Task { [logger] in
            do {
                try await admin.run { announce.yield(true) }
            } catch {
                let detail = (error as? Problem)?.detail ?? "\(error)"
                logger.error("administration is not served", metadata: ["detail": "\(detail)"])
            }
            announce.yield(false)
        }
        for await isReady in ready {
            self.announce(listener, administration: isReady)
            break
        }
        for await _ in stop { break }
        logger.notice("stopping")
        administration.cancel()
        await listener.stop()
        do throws(Problem) {
            try await record(.serverStopped, in: installation)
        } catch {
            logger.error("the stop could not be recorded", metadata: ["detail": "\(error.detail)"])
        }
        await administration.value
        installation.store.close()
        await listener.shutDown()
    }

    private func announce(_ listener: PublicListener, administration isServed: Bool) {
        let scheme = settings.tls == nil ? "http" : "https"
        let address = ListenAddress(host: settings.listen.host, port: listener.port)
        var lines = ["listening on \(scheme)://\(address)", "issuer \(settings.issuer.rawValue)"]
        lines.append(isServed ? "administration at \(settings.socket)" : "administration is not served: see the log")
        do {
            for line in lines { try StandardOutput.line(line) }
        } catch {
            logger.warning("standard output is closed")
        }
    }

    private func record(_ event: LedgerEvent, in installation: Assembly.Installation) async throws(Problem) {
        var record = LedgerRecord(at: Clock.now(), event: event)
        record.change = ["issuer": .string(settings.issuer.rawValue)]
        record.changedBy = "mandate"
        let entry = LedgerEntry(record, effect: .none)
        let outcome = await withCheckedContinuation { continuation in
            installation.store.ledger.append([entry]) { continuation.resume(returning: $0.first) }
        }
        guard outcome == .durable else { throw Problem(.unavailable, "the ledger cannot be written: check the disk") }
    }

    /// Files are made for their owner only; a closed pipe is an error of the writer, not the end of the process; and
    /// there are as many descriptors as the system allows.
    private static func prepareProcess() {
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
