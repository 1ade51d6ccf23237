import Synchronization

/// Says from another thread that long work is to end.
final class StopFlag: Sendable {
    private let stored = Atomic(false)

    var isSet: Bool { stored.load(ordering: .relaxed) }

    func set() { stored.store(true, ordering: .relaxed) }
}
