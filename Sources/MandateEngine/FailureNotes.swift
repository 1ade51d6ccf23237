import Logging
import MandateCore
import NIOCore
import Synchronization

/// Tells operators that an engine fails, and that it answers again: at once, and then once a minute at most.
final class FailureNotes: Sendable {
    private struct State {
        var notedAt: NIODeadline?
        var unnoted = 0
        var isNoted = false
    }

    private let logger: Logger
    private let state = Mutex(State())
    private static let pause = TimeAmount.minutes(1)

    init(logger: Logger) {
        self.logger = logger
    }

    func note(_ answer: EngineAnswer) {
        switch answer {
        case .decided: recovers()
        case .failed(.stopped): break
        case .failed(let failure): fails(failure)
        }
    }

    private func recovers() {
        let wasNoted = state.withLock { state in
            defer { state.isNoted = false }
            return state.isNoted
        }
        if wasNoted { logger.notice("the policy engine answers") }
    }

    private func fails(_ failure: EngineFailure) {
        let now = NIODeadline.now()
        let earlier: Int? = state.withLock { state in
            if let last = state.notedAt, now - last < Self.pause {
                state.unnoted += 1
                return nil
            }
            defer { state = State(notedAt: now, unnoted: 0, isNoted: true) }
            return state.unnoted
        }
        guard let earlier else { return }
        logger.warning(
            "the policy engine gives no usable answer; what needs one is refused",
            metadata: [
                "failure": "\(failure.name)", "detail": "\(failure.sentence)", "failures_before": "\(earlier)",
            ])
    }
}
