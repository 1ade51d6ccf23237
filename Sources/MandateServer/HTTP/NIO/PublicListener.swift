import MandateAccept
import MandateCore
import NIOCore
import NIOPosix
import NIOSSL

/// The public listener: a handful of fixed routes over HTTP/1.1, one channel handler a connection.
public final class PublicListener: Sendable {
    /// An event loop and its worker.
    private struct Seat {
        let loop: any EventLoop
        let worker: NIOLoopBound<LoopWorker>
    }

    private let group: MultiThreadedEventLoopGroup
    private let workers: [ObjectIdentifier: Seat]
    private let failures: FailureLog
    private let excess: QuotaLog
    private let channel: any Channel
    private let now: @Sendable () -> Instant

    private static let sweepEvery = TimeAmount.milliseconds(250)
    private static let patience = TimeAmount.seconds(5)
    /// How many bytes the kernel takes before it has sent the ones before them.
    private static let unsent = 32 * 1024

    /// Binds `host`:`port` (port 0: any free one) and serves at once, with `loops` threads and at most `connections`
    /// connections.
    public init(
        _ service: PublicService, host: String, port: Int, loops: Int, connections: Int, tls: TLSFiles?
    ) async throws(Problem) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, loops))
        let failures = FailureLog(ledger: service.ledger, metrics: service.metrics)
        self.group = group
        self.failures = failures
        let excess = QuotaLog(ledger: service.ledger, logger: service.logger)
        self.excess = excess
        now = service.now
        do {
            let context = try tls.map(Self.context)
            let workers = try await Self.makeWorkers(
                service, failures: failures, excess: excess, connections: connections, on: group)
            self.workers = workers
            channel = try await ServerBootstrap(group: group)
                .serverChannelInitializer { channel in
                    // Without a descriptor to spare there is nothing to accept with: wait, and do not spin.
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AcceptPause())
                    }
                }
                .serverChannelOption(.backlog, value: 1024)
                // A busy loop comes round seldom, and a few new connections each time would wait for seconds.
                .serverChannelOption(.maxMessagesPerRead, value: 64)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // A client that pipelines and reads slowly gets no more answers made than it takes.
                .childChannelOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: Self.unsent)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let context {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                        }
                        guard let worker = workers[ObjectIdentifier(channel.eventLoop)]?.worker.value else {
                            throw ChannelError.inappropriateOperationForState
                        }
                        try channel.pipeline.syncOperations.addHandler(ConnectionHandler(worker))
                    }
                }
                .bind(host: host, port: port).get()
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.unavailable, "cannot listen on \(host):\(port): \(error)")
        }
        watch()
    }

    /// The port that is served.
    public var port: Int { channel.localAddress?.port ?? 0 }

    /// Stops accepting, lets what is in flight finish for at most 5 seconds, then closes everything.
    public func stop() async {
        await finished(channel.close())
        let deadline = NIODeadline.now() + Self.patience
        await onEveryLoop { $0.connections.drain() }
        while NIODeadline.now() < deadline, await hasConnections() {
            await finished(group.any().scheduleTask(in: .milliseconds(20)) {}.futureResult)
        }
        await onEveryLoop { $0.connections.closeAll() }
        failures.writeRemainder(at: now())
        excess.writeRemainder(at: now())
    }

    /// Ends the event loops; call it after the ledger was closed, so that no answer is lost between the two.
    public func shutDown() async {
        do { try await group.shutdownGracefully() } catch {}
    }

    private static func makeWorkers(
        _ service: PublicService, failures: FailureLog, excess: QuotaLog, connections: Int,
        on group: MultiThreadedEventLoopGroup
    ) async throws -> [ObjectIdentifier: Seat] {
        var workers: [ObjectIdentifier: Seat] = [:]
        let loops = Array(group.makeIterator())
        for loop in loops {
            workers[ObjectIdentifier(loop)] = try await loop.submit {
                let worker = LoopWorker(
                    loop: loop, service: service, equipment: try service.equip(), failures: failures,
                    excess: excess, capacity: max(1, connections / loops.count))
                return Seat(loop: loop, worker: NIOLoopBound(worker, eventLoop: loop))
            }.get()
        }
        return workers
    }

    /// One task a loop watches all deadlines; no request pays for a timer of its own.
    private func watch() {
        for seat in workers.values {
            seat.loop.scheduleRepeatedTask(initialDelay: Self.sweepEvery, delay: Self.sweepEvery) { _ in
                seat.worker.value.connections.sweep(at: .now())
            }
        }
        group.any().scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [failures, excess, now] _ in
            failures.writeTotals(at: now())
            excess.writeTotals(at: now())
        }
    }

    private func onEveryLoop(_ work: @escaping @Sendable (LoopWorker) -> Void) async {
        for seat in workers.values {
            await finished(seat.loop.submit { work(seat.worker.value) })
        }
    }

    private func hasConnections() async -> Bool {
        for seat in workers.values {
            do {
                if try await seat.loop.submit({ !seat.worker.value.connections.isEmpty }).get() { return true }
            } catch {
                return false
            }
        }
        return false
    }

    /// Waits for a future whose failure changes nothing any more.
    private func finished(_ future: EventLoopFuture<Void>) async {
        do { try await future.get() } catch {}
    }

    private static func context(_ files: TLSFiles) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Problem(
                .invalid, field: "tls",
                "TLS cannot be set up with \(files.certificate) and \(files.key) (\(error)): "
                    + "give a PEM certificate chain and the private key that belongs to it")
        }
    }
}
