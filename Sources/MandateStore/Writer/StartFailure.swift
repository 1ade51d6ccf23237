import Synchronization

/// Carries one message from the thread that failed to the one that started it.
final class StartFailure: Sendable {
    private let stored = Mutex<String?>(nil)

    var message: String? { stored.withLock { $0 } }

    func set(_ message: String) {
        stored.withLock { $0 = message }
    }
}
