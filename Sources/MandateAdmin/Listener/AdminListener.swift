import Hummingbird
public import Logging
import MandateCore
import NIOCore
import NIOPosix
import Synchronization

typealias TooManyBytes = NIOTooManyBytesError

/// Serves the admin API on a Unix domain socket that only its owner can open, on a thread of its own: tokens are issued
/// whether it works or not.
public struct AdminListener: Sendable {
    private let api: AdminAPI
    private let socket: SocketFile
    private let logger: Logger

    public init(api: AdminAPI, socketPath: String, logger: Logger) {
        self.api = api
        self.socket = SocketFile(path: socketPath)
        self.logger = logger
    }

    /// Serves until the task is cancelled. `onReady` is called once the socket can be opened.
    public func run(onReady: @escaping @Sendable () -> Void) async throws {
        try socket.makeWay()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let failure = Failure()
        let outcome: Result<Void, any Error>
        do {
            try await application(on: group, failure: failure, onReady: onReady).run()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        socket.remove()
        try await group.shutdownGracefully()
        if let problem = failure.problem { throw problem }
        if !Task.isCancelled { try outcome.get() }
    }

    private func application(
        on group: any EventLoopGroup, failure: Failure, onReady: @escaping @Sendable () -> Void
    ) -> Application<AdminResponder> {
        // Hummingbird calls a stop that was asked for an error; what goes wrong in a request is logged by the responder.
        var quiet = logger
        quiet.logLevel = .critical
        return Application(
            responder: AdminResponder(api: api, logger: logger),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64))),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket.path)),
            onServerRunning: { [socket] channel in
                do {
                    try socket.restrict()
                    // Without a descriptor to spare there is nothing to accept with: wait, and do not spin.
                    try await channel.pipeline.addHandler(AcceptBackoffHandler(), position: .first)
                    onReady()
                } catch {
                    failure.set(error as? Problem ?? Problem(.unavailable, "administration is not served: \(error)"))
                    channel.close(mode: .all, promise: nil)
                }
            },
            eventLoopGroupProvider: .shared(group),
            logger: quiet)
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
