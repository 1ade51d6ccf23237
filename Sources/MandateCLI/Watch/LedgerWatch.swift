import Dispatch
import Foundation
import Glibc
import Logging
import MandateCore
import MandateStore
import Synchronization

/// Watches the ledger on a thread of its own, which gets what time issuance leaves.
final class LedgerWatch: Sendable {
    private let stopping = Mutex(false)
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// How long after a record its findings are looked for, at most, in an idle server.
    private static let pause = DispatchTimeInterval.milliseconds(500)
    /// Between two pages somebody else may read.
    private static let breath = DispatchTimeInterval.milliseconds(1)
    private static let lowestPriority: Int32 = 19

    /// Starts the thread. `onFinding` is told of each finding that is recorded.
    init(
        _ store: Store, now: @escaping @Sendable () -> Instant, logger: Logger,
        onFinding: @escaping @Sendable (Detection) -> Void
    ) {
        let thread = Thread { [self] in
            // Zero is this thread. Where it may not be told, it runs like the others.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.lowestPriority)
            let agents = StoppedAgents(store)
            let desk = DetectionDesk(
                administration: store, ledger: store.ledger, now: now, logger: logger, stopped: agents.stopped,
                onFinding: onFinding)
            while !stopping.withLock({ $0 }) {
                let pause = desk.work() == .more ? Self.breath : Self.pause
                _ = wake.wait(timeout: .now() + pause)
            }
            desk.finish()
            finished.signal()
        }
        thread.name = "ledger-watch"
        thread.start()
    }

    /// Lets the page under way finish and ends the thread; before the ledger is closed.
    func stop() {
        stopping.withLock { $0 = true }
        wake.signal()
        finished.wait()
    }
}

/// Since when agents are stopped, as the registry has it.
private final class StoppedAgents {
    private let store: Store
    private var connection: RegistryConnection?

    init(_ store: Store) {
        self.store = store
    }

    /// Nil too when the registry cannot be read: then nothing is said of the agent this time.
    func stopped(_ id: AgentID) -> Instant? {
        do {
            let registry = try connection ?? store.registry()
            connection = registry
            let found = try registry.reading { view in
                Result { () throws(Refusal) in try view.registration(of: id) }
            }
            guard let registration = try found.get() else { return nil }
            let isStopped = registration.agent.status != .active || registration.type.status != .active
            return isStopped ? registration.notBefore : nil
        } catch {
            return nil
        }
    }
}
