import MandateCore
import Synchronization

/// How many questions are under way, so that an engine that stands still does not gather them without end.
final class QuestionGate: Sendable {
    private struct State {
        var inside = 0
        var isClosed = false
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int) {
        self.most = most
    }

    /// Nil when one more may go in; then it must ``leave()``.
    func enter() -> EngineFailure? {
        state.withLock { state in
            if state.isClosed { return .stopped }
            guard state.inside < most else { return .overloaded }
            state.inside += 1
            return nil
        }
    }

    func leave() {
        state.withLock { $0.inside -= 1 }
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }
}
