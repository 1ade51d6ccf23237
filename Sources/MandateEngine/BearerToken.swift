import Logging
import MandateCore
import NIOCore
import NIOPosix
import Synchronization

/// The token for an engine. Read again now and then, on a thread that may wait for a disk, so that it can be replaced.
final class BearerToken: Sendable {
    private let current: Mutex<String>
    private let isStopped = Mutex(false)
    private let loop: any EventLoop
    private let logger: Logger
    private let read: @Sendable () throws(Problem) -> String
    private static let refreshEvery = TimeAmount.seconds(30)

    init(read: @escaping @Sendable () throws(Problem) -> String, on loop: any EventLoop, logger: Logger) throws(Problem)
    {
        current = Mutex(try read())
        self.read = read
        self.loop = loop
        self.logger = logger
        refreshLater()
    }

    var value: String { current.withLock { $0 } }

    func stop() {
        isStopped.withLock { $0 = true }
    }

    private func refreshLater() {
        loop.scheduleTask(in: Self.refreshEvery) { [weak self] in
            guard let self else { return }
            NIOThreadPool.singleton.submit { [weak self] _ in self?.refresh() }
        }
    }

    private func refresh() {
        guard !isStopped.withLock({ $0 }) else { return }
        do throws(Problem) {
            let fresh = try read()
            current.withLock { $0 = fresh }
        } catch {
            logger.warning(
                "the policy engine's token cannot be read; the one before is used on",
                metadata: ["detail": "\(error.detail)"])
        }
        refreshLater()
    }
}
