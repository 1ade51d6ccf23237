import Dispatch
import Synchronization

/// An answer that another thread gives, for a thread that has nothing else to do than to wait for it.
final class Awaited<Answer: Sendable>: Sendable {
    private let stored = Mutex<Answer?>(nil)
    private let given = DispatchSemaphore(value: 0)

    func set(_ answer: Answer) {
        stored.withLock { $0 = answer }
        given.signal()
    }

    func value() -> Answer {
        while true {
            if let answer = stored.withLock({ $0 }) { return answer }
            given.wait()
        }
    }
}
