import MandateCore
import Synchronization

/// How many questions are under way, so that an engine that stands still does not gather them without end.
final class QuestionGate: Sendable {
    private struct State {
        var inside = 0
        var ofClient: [AgentID: Int] = [:]
        var isClosed = false
    }

    private let most: Int
    private let mostOfClient: Int
    private let state = Mutex(State())

    init(most: Int, mostOfClient: Int) {
        self.most = most
        self.mostOfClient = mostOfClient
    }

    /// Nil when one more may go in; then it must ``leave(_:)``.
    func enter(_ client: AgentID) -> EngineFailure? {
        state.withLock { state in
            if state.isClosed { return .stopped }
            let own = state.ofClient[client, default: 0]
            guard state.inside < most, own < mostOfClient else { return .overloaded }
            state.inside += 1
            state.ofClient[client] = own + 1
            return nil
        }
    }

    func leave(_ client: AgentID) {
        state.withLock { state in
            state.inside -= 1
            guard let own = state.ofClient[client] else { return }
            state.ofClient[client] = own > 1 ? own - 1 : nil
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }
}
