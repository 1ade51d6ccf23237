import Hummingbird
import HummingbirdCore
public import Logging
import MandateAccept
import MandateCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

typealias TooManyBytes = NIOTooManyBytesError

/// Serves the admin API in one place, on threads of its own: tokens are issued whether it works or not.
public struct AdminListener: Sendable {
    /// Where it is served, and to whom.
    public enum Place: Sendable {
        /// A Unix domain socket that only its owner can open.
        case socket(String)
        /// The network, for whoever the gate lets in.
        case network(host: String, port: Int, tls: AdminTLS?, AdminGate)
    }

    private let api: AdminAPI
    private let place: Place
    private let logger: Logger

    public init(api: AdminAPI, at place: Place, logger: Logger) {
        self.api = api
        self.place = place
        self.logger = logger
    }

    /// Serves until the task is cancelled. `onReady` is called once requests are taken, with the port when there is one.
    public func run(onReady: @escaping @Sendable (Int?) -> Void) async throws {
        switch place {
        case .socket(let path):
            let socket = SocketFile(path: path)
            try socket.makeWay()
            defer { socket.remove() }
            try await serve(.unixDomainSocket(path: path), lane: .socket(), tls: nil) { (_) throws(Problem) in
                try socket.restrict()
                onReady(nil)
            }
        case .network(let host, let port, let tls, _):
            let context = try tls.map { (tls) throws(Problem) in try tls.context() }
            do {
                try await serve(.hostname(host, port: port), lane: .network(), tls: context) { port in onReady(port) }
            } catch let problem as Problem {
                throw problem
            } catch {
                throw Problem(
                    .unavailable, field: "admin.listen", "cannot listen on \(host):\(port) for administration: \(error)"
                )
            }
        }
    }

    private func serve(
        _ address: BindAddress, lane: Lane, tls: NIOSSLContext?,
        onBound: @escaping @Sendable (Int?) throws(Problem) -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let threads = LaneThreads(lane.threads)
        let failure = Failure()
        // Hummingbird calls a stop that was asked for an error; what goes wrong in a request is logged by the responder.
        var quiet = logger
        quiet.logLevel = .critical
        let register = ConnectionRegister(capacity: lane.connections)
        let application = Application(
            responder: AdminResponder(api: api, place: place, lane: lane, threads: threads, logger: logger),
            server: HTTPServerBuilder { AdminChannel(responder: $0, register: register, tls: tls) },
            configuration: ApplicationConfiguration(address: address),
            onServerRunning: { channel in
                do {
                    // Without a descriptor to spare there is nothing to accept with: wait, and do not spin.
                    try await channel.pipeline.addHandler(AcceptPause(), position: .first)
                    try onBound(channel.localAddress?.port)
                } catch {
                    failure.set(error as? Problem ?? Problem(.unavailable, "administration is not served: \(error)"))
                    channel.close(mode: .all, promise: nil)
                }
            },
            eventLoopGroupProvider: .shared(group),
            logger: quiet)
        let outcome: Result<Void, any Error>
        do {
            try await application.run()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        // Hummingbird lets go of its server a moment after `run`, on a thread of its own, and that still speaks to a loop.
        // A pause that no cancellation cuts short.
        try await group.any().scheduleTask(in: .milliseconds(100)) {}.futureResult.get()
        try await group.shutdownGracefully()
        try await threads.stop()
        if let problem = failure.problem { throw problem }
        if !Task.isCancelled { try outcome.get() }
    }
}

/// Why the listener stopped before it was ready.
private final class Failure: Sendable {
    private let stored = Mutex<Problem?>(nil)

    var problem: Problem? { stored.withLock { $0 } }

    func set(_ problem: Problem) {
        stored.withLock { $0 = problem }
    }
}
