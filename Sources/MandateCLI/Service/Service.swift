import Glibc
import Logging
import MandateAdmin
import MandateCore
import MandateDelivery
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
            try installation.ring.load(try installation.keys())
            try await installation.store.adoptIssuer()
            let deliveries = try Assembly.deliveries(installation, settings, logger: logger)
            let listener = try await Assembly.publicListener(installation, settings, logger: logger)
            try await record(.serverStarted, in: installation)
            try await serve(installation, listener, deliveries, until: stop)
        } catch {
            throw CommandFailure(error.detail)
        }
    }

    /// Nobody could stop an agent without administration, so there is no start without it. Once started, issuance goes
    /// on whatever becomes of it; only a stop signal ends the service.
    private func serve(
        _ installation: Assembly.Installation, _ listener: PublicListener, _ deliveries: Deliveries,
        until stop: UnixSignalsSequence
    ) async throws(Problem) {
        let (outcomes, announce) = AsyncStream<Problem?>.makeStream()
        let administration = Task { await serveAdministration(installation, announce) }
        var delivering: Task<Void, Never>?
        var failure: Problem?
        for await outcome in outcomes {
            failure = outcome
            break
        }
        if failure == nil {
            self.announce(listener)
            delivering = Task { await deliveries.run() }
            let watch = Task { await watchKeys(of: installation) }
            for await _ in stop { break }
            watch.cancel()
            logger.notice("stopping")
        }
        administration.cancel()
        await listener.stop()
        do throws(Problem) {
            try await record(.serverStopped, in: installation)
        } catch {
            logger.error("the stop could not be recorded", metadata: ["detail": "\(error.detail)"])
        }
        delivering?.cancel()
        await administration.value
        await delivering?.value
        installation.store.close()
        await listener.shutDown()
        if let failure { throw failure }
    }

    /// Announces nil when administration is served, and the problem when it is not or no more.
    private func serveAdministration(
        _ installation: Assembly.Installation, _ announce: AsyncStream<Problem?>.Continuation
    ) async {
        do {
            let listener = AdminListener(api: installation.api, socketPath: settings.socket, logger: logger)
            try await listener.run { announce.yield(nil) }
        } catch {
            let problem = error as? Problem ?? Problem(.unavailable, "administration is not served: \(error)")
            logger.error("administration is not served", metadata: ["detail": "\(problem.detail)"])
            announce.yield(problem)
        }
    }

    private func announce(_ listener: PublicListener) {
        let scheme = settings.tls == nil ? "http" : "https"
        let address = ListenAddress(host: settings.listen.host, port: listener.port)
        do {
            try StandardOutput.line("listening on \(scheme)://\(address)")
            try StandardOutput.line("issuer \(settings.issuer.rawValue)")
            try StandardOutput.line("administration at \(settings.socket)")
        } catch {
            logger.warning("standard output is closed")
        }
    }

    /// Says so when the file of a key is gone: the key signs on from memory, and the next start will fail.
    private func watchKeys(of installation: Assembly.Installation) async {
        var known: Set<KeyID> = []
        while !Task.isCancelled {
            let missing = installation.ring.withoutFile()
            for key in missing.subtracting(known) {
                logger.warning("a key file is missing; the key signs on from memory", metadata: ["kid": "\(key)"])
            }
            known = missing
            do { try await Task.sleep(for: .seconds(10)) } catch { return }
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
        Descriptors.raise()
    }
}

/// File descriptors: a connection needs one, and so do the database and the operators' socket.
enum Descriptors {
    private static let reserved = 128

    /// How many may be connections, so that enough are left for everything else.
    static var available: Int {
        max(1, Int(clamping: limit.rlim_cur) - reserved)
    }

    static func raise() {
        var raised = limit
        raised.rlim_cur = raised.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
    }

    private static var limit: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
