import CoreMetrics
import Glibc
import Logging
import MandateAdmin
import MandateCore
import MandateJOSE
import MandateMetrics
import MandateServer
import MandateStore

/// The only place where the parts meet.
enum Assembly {
    /// An opened data directory: this process owns it.
    struct Installation: Sendable {
        let store: Store
        let ring: KeyRing
        let issuerKeys: IssuerKeys
        let api: AdminAPI
        let ledgerKeys: LedgerKeys
        let metrics: MetricsRegistry

        /// The keys the registry knows.
        func keys() throws(Problem) -> [KeyEntry] {
            try store.reading { (registry) throws(Problem) in try registry.keys() }
        }
    }

    /// Opens the database and takes the lock on the data directory. No private key is read: administration needs none,
    /// and a lost key must not lock out who wants to replace it.
    static func open(_ settings: Settings, logger: Logger) throws(Problem) -> Installation {
        let digests = OpenSSLDigests()
        let metrics = MetricsRegistry(families: MetricFamily.mandate)
        let store = try Store(
            path: settings.database, issuer: settings.issuer, digests: digests, random: RandomBytes.few, now: Clock.now,
            readers: settings.export.readers, metrics: metrics
        ) { fault in
            logger.error("storage failed", metadata: ["detail": "\(fault)"])
        }
        let ring = KeyRing(directory: KeyDirectory(path: settings.keysDirectory))
        let issuerKeys = IssuerKeys(now: Clock.now) { fault in
            logger.error("an issuer's keys cannot be used", metadata: ["detail": "\(fault)"])
        }
        let api = AdminAPI(
            administration: store, upkeep: store, keys: ring,
            issuers: IssuerRules(own: settings.issuer, keys: issuerKeys), policies: PolicyRules(zones: ZoneDirectory()),
            engine: settings.policyEngine?.reach ?? .nothing, digests: digests, random: RandomBytes.few,
            overlap: settings.keysOverlap,
            metrics: InstallationMetrics(metrics, administration: store, now: Clock.now).page)
        let ledgerKeys = LedgerKeys(
            directory: KeyDirectory(path: settings.keysDirectory), name: NoteKeyName(ledgerOf: settings.issuer))
        return Installation(
            store: store, ring: ring, issuerKeys: issuerKeys, api: api, ledgerKeys: ledgerKeys, metrics: metrics)
    }

    /// Explains requests without any installation.
    static var explainer: PolicyExplainer {
        PolicyExplainer(rules: PolicyRules(zones: ZoneDirectory()), digests: OpenSSLDigests(), engine: .nothing)
    }

    /// Makes an empty database.
    static func create(_ settings: Settings) throws(Problem) {
        do throws(JOSEError) {
            try KeyDirectory(path: settings.keysDirectory).adopt()
        } catch {
            throw Problem(.unavailable, "the directory of the keys cannot be used: \(error)")
        }
        let (directory, name) = (KeyDirectory(path: settings.keysDirectory), NoteKeyName(ledgerOf: settings.issuer))
        try Store.create(path: settings.database, issuer: settings.issuer, digests: OpenSSLDigests()) {
            () throws(Problem) in try LedgerKey.adopt(named: name, in: directory).verifierKey
        }
    }

    /// Gives the ledger a new key, while no server runs.
    static func rotateLedgerKey(_ settings: Settings) async throws -> VerifierKey {
        do throws(Problem) {
            let installation = try open(settings, logger: .quiet)
            defer { installation.store.close() }
            return try await installation.ledgerKeys.rotate(in: installation.store)
        } catch {
            throw CommandFailure(error.detail)
        }
    }

    /// Puts a backup in the place of the database.
    static func restore(_ backup: String, _ settings: Settings, checkpoints: [String]) throws(Problem) -> Restored {
        try Restoration(
            of: backup, to: settings.database, checkpoints: checkpoints, digests: OpenSSLDigests(),
            verifier: Ed25519Notes(), now: Clock.now()
        ).run()
    }

    /// Starts the public listener over an opened installation.
    static func publicListener(
        _ installation: Installation, _ settings: Settings, engine: ConsultedEngine?, logger: Logger
    ) async throws(Problem) -> PublicListener {
        let (store, ring) = (installation.store, installation.ring)
        let foreign = ForeignTokenVerifier(own: settings.issuer, keys: installation.issuerKeys)
        let service = PublicService(
            issuer: settings.issuer, ledger: store.ledger, digests: OpenSSLDigests(), now: Clock.now, logger: logger,
            metrics: installation.metrics, spanIDs: { .random(in: 1 ... .max) },
            listing: { (now) throws(Refusal) in try store.revocationListing(at: now) },
            sign: { (claims, key) throws(Refusal) in
                try RingSigner(ring).token(claims, type: .revocations, key: key)
            },
            equip: { () throws(Problem) in
                Equipment(
                    registry: try store.registry(), signer: RingSigner(ring),
                    verifier: PresentedTokens(foreign: foreign), random: RandomBytes(), quotas: store.quotas,
                    paces: store.paces, engine: engine)
            })
        return try await PublicListener(
            service, host: settings.listen.host, port: settings.listen.port,
            loops: settings.loops ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            connections: min(settings.connections, Descriptors.available),
            tls: settings.tls.map { TLSFiles(certificate: $0.certificate, key: $0.key) })
    }

    /// Where administration is served: on the socket and, when settings say so, on the network.
    static func administration(
        _ installation: Installation, _ settings: Settings
    ) throws(Problem) -> [AdminListener.Place] {
        guard let address = settings.adminListen else { return [.socket(settings.socket)] }
        let (store, issuer) = (installation.store, settings.issuer)
        let foreign = ForeignTokenVerifier(own: settings.issuer, keys: installation.issuerKeys)
        let gate = try AdminGate(now: Clock.now) { () throws(Problem) in
            AdminGate.Bench(
                registry: try store.registry(),
                service: TokenService(
                    issuer: issuer, digests: OpenSSLDigests(), verifier: PresentedTokens(foreign: foreign),
                    random: RandomBytes(), quotas: store.quotas, paces: store.paces))
        }
        let tls = settings.tls.map {
            AdminTLS(certificate: $0.certificate, key: $0.key, clientAuthority: $0.clientAuthority)
        }
        return [.socket(settings.socket), .network(host: address.host, port: address.port, tls: tls, gate)]
    }

    /// Watches the ledger of an opened installation and counts what is found.
    static func watch(_ installation: Installation, logger: Logger) -> LedgerWatch {
        let counters = Detection.allCases.map { detection in
            let dimensions = [("rule", detection.rawValue)]
            return (
                detection,
                Counter(label: "mandate_detections_total", dimensions: dimensions, factory: installation.metrics)
            )
        }
        let counted = Dictionary(uniqueKeysWithValues: counters)
        return LedgerWatch(installation.store, now: Clock.now, logger: logger) { counted[$0]?.increment() }
    }

    /// Administration through the server that runs, or in this process under the lock when none does.
    ///
    /// Another command may hold the lock for a moment, and a server may be starting: waits up to five seconds for either.
    static func administration(_ settings: Settings) async throws -> any AdministrationTransport {
        try await opening(settings) { () throws(Problem) in
            LocalTransport(try open(settings, logger: .quiet))
        } served: {
            SocketTransport(socket: settings.socket)
        }
    }

    /// The ledger to be read: through the server that runs, or the database itself, which is not changed.
    static func ledger(_ settings: Settings) async throws -> LedgerSource {
        try await opening(settings) { () throws(Problem) in
            .database(try LedgerFile(path: settings.database, digests: OpenSSLDigests()))
        } served: {
            .server(Administration(SocketTransport(socket: settings.socket)))
        }
    }

    private static func opening<Opened>(
        _ settings: Settings, alone: () throws(Problem) -> Opened, served: () -> Opened
    ) async throws -> Opened {
        var attempts = 0
        while true {
            do throws(Problem) {
                return try alone()
            } catch {
                guard case .conflict = error.kind else { throw CommandFailure(error.detail) }
                if UnixSocket.accepts(settings.socket) { return served() }
                attempts += 1
                guard attempts < 100 else {
                    throw CommandFailure(
                        "another process owns the data directory and does not answer on \(settings.socket): "
                            + "is it a server with another socket setting?")
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
