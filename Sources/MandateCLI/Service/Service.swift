import Glibc
import Logging
import MandateAdmin
import MandateCore
import MandateDelivery
import MandateEngine
import MandateJOSE
import MandateServer
import UnixSignals

/// The running service: both listeners over one data directory, from start to SIGTERM.
struct Service {
    private let settings: Settings
    private let logger: Logger
    private let announcesJSON: Bool

    init(_ settings: Settings, logger: Logger, announcesJSON: Bool = false) {
        self.settings = settings
        self.announcesJSON = announcesJSON
        self.logger = logger
    }

    func run() async throws {
        Self.prepareProcess()
        // From here on a signal waits for its turn instead of ending the process.
        let stop = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        do throws(Problem) {
            let installation = try Assembly.open(settings, logger: logger)
            try installation.ring.load(try installation.keys())
            try await installation.ledgerKeys.sign(installation.store)
            try await installation.store.adoptIssuer()
            let places = try Assembly.administration(installation, settings)
            let deliveries = try Assembly.deliveries(installation, settings, logger: logger)
            let engine = try Assembly.policyEngine(
                settings.policyEngine, metrics: installation.metrics, logger: logger)
            let listener = try await Assembly.publicListener(
                installation, settings, engine: engine?.consulted, logger: logger)
            try await record(.serverStarted, in: installation)
            try await serve(installation, listener, places, deliveries, engine?.engine, until: stop)
        } catch {
            throw CommandFailure(error.detail)
        }
    }

    /// Nobody could stop an agent without administration, so there is no start without it. Once started, issuance goes
    /// on whatever becomes of it; only a stop signal ends the service.
    private func serve(
        _ installation: Assembly.Installation, _ listener: PublicListener, _ places: [AdminListener.Place],
        _ deliveries: Deliveries, _ engine: HTTPPolicyEngine?, until stop: UnixSignalsSequence
    ) async throws(Problem) {
        let (outcomes, announce) = AsyncStream<Readiness>.makeStream()
        var delivering: Task<Void, Never>?
        let administration = places.map { place in
            Task { await serveAdministration(installation, at: place, announce) }
        }
        let (failure, adminPort) = await Self.ready(outcomes, count: places.count)
        if failure == nil {
            self.announce(listener, adminPort: adminPort)
            delivering = Task { await deliveries.run() }
            let watch = Task { await watchKeys(of: installation) }
            let engineWatch = Task { await EngineWatch(settings.policyEngine, logger: logger)?.run(over: installation) }
            let dropping = Task { await installation.store.deleteArchivedRows() }
            let detection = Assembly.watch(installation, logger: logger)
            for await _ in stop { break }
            watch.cancel()
            engineWatch.cancel()
            dropping.cancel()
            detection.stop()
            logger.notice("stopping")
        }
        StopDeadline.begin()
        for task in administration { task.cancel() }
        await listener.stop()
        await engine?.shutDown()
        do throws(Problem) {
            try await record(.serverStopped, in: installation)
        } catch {
            logger.error("the stop could not be recorded", metadata: ["detail": "\(error.detail)"])
        }
        delivering?.cancel()
        for task in administration { await task.value }
        await delivering?.value
        installation.store.close()
        await listener.shutDown()
        if let failure { throw failure }
    }

    /// What became of one place where administration is to be served.
    private enum Readiness: Sendable {
        case ready(port: Int?)
        case failed(Problem)
    }

    /// Waits until all places are served, or one is not; the port on the network, when there is one.
    private static func ready(_ outcomes: AsyncStream<Readiness>, count: Int) async -> (Problem?, Int?) {
        var (ready, port): (Int, Int?) = (0, nil)
        for await outcome in outcomes {
            switch outcome {
            case .failed(let problem): return (problem, nil)
            case .ready(let found):
                ready += 1
                port = found ?? port
            }
            if ready == count { break }
        }
        return (nil, port)
    }

    private func serveAdministration(
        _ installation: Assembly.Installation, at place: AdminListener.Place,
        _ announce: AsyncStream<Readiness>.Continuation
    ) async {
        do {
            let listener = AdminListener(api: installation.api, at: place, logger: logger)
            try await listener.run { port in announce.yield(.ready(port: port)) }
        } catch {
            let problem = error as? Problem ?? Problem(.unavailable, "administration is not served: \(error)")
            logger.error("administration is not served", metadata: ["detail": "\(problem.detail)"])
            announce.yield(.failed(problem))
        }
    }

    private func announce(_ listener: PublicListener, adminPort: Int?) {
        let announcement = Announcement(settings, port: listener.port, adminPort: adminPort)
        do {
            if announcesJSON { return try StandardOutput.line(announcement.json.canonical) }
            for line in announcement.lines { try StandardOutput.line(line) }
        } catch {
            logger.warning("standard output is closed")
        }
    }

    /// Says so when the file of a key is gone: the key signs on from memory, and the next start will fail.
    private func watchKeys(of installation: Assembly.Installation) async {
        var known: Set<KeyID> = []
        var hasLedgerKey = true
        while !Task.isCancelled {
            let isThere = LedgerKey.hasFile(in: installation.ledgerKeys.directory)
            if hasLedgerKey, !isThere {
                logger.warning("the key file of the ledger is missing; checkpoints are signed on from memory")
            }
            hasLedgerKey = isThere
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
