import Glibc
import MandateCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A syslog receiver over TCP or TLS (RFC 6587, RFC 5425).
///
/// Syslog acknowledges nothing. What was sent counts as received when the connection is still whole a while later: by then
/// TCP has given up on data that the other host did not take (`TCP_USER_TIMEOUT`), and a receiver that died has been
/// noticed.
final class SyslogReceiver: Receiver {
    private struct Connection {
        let channel: any Channel
        let watch: ConnectionWatch
    }

    let settling = Duration.seconds(15)
    private let address: DeliveryPlan.Syslog
    private let sender: SyslogSender
    private let tls: NIOSSLContext?
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let connection = Mutex<Connection?>(nil)

    private static let connectWithin = TimeAmount.seconds(5)
    private static let writeWithin = TimeAmount.seconds(20)
    /// In milliseconds; shorter than the settling time.
    private static let unacknowledgedFor = 10_000
    /// After how many seconds of silence, and how often then, the other host is asked whether it is there.
    private static let silentFor = 5

    init(at address: DeliveryPlan.Syslog, sender: SyslogSender, tls: NIOSSLContext?) {
        self.address = address
        self.sender = sender
        self.tls = tls
    }

    var isIntact: Bool {
        connection.withLock { $0.map { $0.channel.isActive && $0.watch.fault == nil } ?? false }
    }

    func take(_ records: [StoredRecord]) async throws(DeliveryFailure) {
        if !isIntact { await disconnect() }
        let connection = try await connected()
        let channel = connection.channel
        var buffer = channel.allocator.buffer(capacity: records.reduce(0) { $0 + $1.bytes.count + 160 })
        for record in records { buffer.writeBytes(sender.frame(of: record)) }
        let frames = buffer
        let timeout = channel.eventLoop.scheduleTask(in: Self.writeWithin) { channel.close(promise: nil) }
        defer { timeout.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await channel.writeAndFlush(frames).get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            throw failure("takes nothing", connection.watch.fault ?? "\(error)")
        }
    }

    func disconnect() async {
        let closing = connection.withLock { open in
            defer { open = nil }
            return open
        }
        guard let closing else { return }
        do { try await closing.channel.close() } catch {}
    }

    func close() async {
        await disconnect()
        do { try await group.shutdownGracefully() } catch {}
    }

    private func connected() async throws(DeliveryFailure) -> Connection {
        if let open = connection.withLock({ $0 }) { return open }
        let watch = ConnectionWatch()
        let (tls, host) = (tls, address.host)
        do {
            let connecting = ClientBootstrap(group: group)
                .connectTimeout(Self.connectWithin)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: Self.silentFor)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: Self.silentFor)
                .channelOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: Self.unacknowledgedFor)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host))
                        }
                        try channel.pipeline.syncOperations.addHandler(watch)
                    }
                }
                .connect(host: host, port: address.port)
            let channel = try await Self.cancellable(connecting)
            let made = Connection(channel: channel, watch: watch)
            connection.withLock { $0 = made }
            return made
        } catch {
            throw failure("does not answer", "\(error)")
        }
    }

    /// Waits for a connection, but no longer than the task runs.
    private static func cancellable(_ connecting: EventLoopFuture<any Channel>) async throws -> any Channel {
        let promise = connecting.eventLoop.makePromise(of: (any Channel).self)
        connecting.cascade(to: promise)
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }

    /// The certificate must be for the name that was configured, or for the address where that is one.
    private static func handler(_ context: NIOSSLContext, _ host: String) throws -> NIOSSLClientHandler {
        do {
            return try NIOSSLClientHandler(context: context, serverHostname: host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }

    private func failure(_ what: String, _ why: String) -> DeliveryFailure {
        DeliveryFailure("\(address.host):\(address.port) \(what): \(why)")
    }
}
