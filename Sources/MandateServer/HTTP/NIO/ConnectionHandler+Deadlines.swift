import NIOCore

/// What a connection may take its time with, and how it ends.
extension ConnectionHandler {
    private static let requestTime = TimeAmount.seconds(10)
    private static let idleTime = TimeAmount.seconds(30)
    private static let drainTime = TimeAmount.seconds(2)

    func checkDeadlines(at now: NIODeadline) {
        switch state {
        case .open:
            if let startedAt {
                if now - startedAt > Self.requestTime { refuse(.timedOut) }
            } else if now - lastActive > Self.idleTime {
                closeNow()
            }
        case .answering:
            if let startedAt, now - startedAt > Self.requestTime { closeNow() }
        case .draining(let since):
            if now - since > Self.drainTime { closeNow() }
        case .closed: break
        }
    }

    /// Lets an answer under way go out, then closes.
    func finish() {
        isFinishing = true
        if isIdle { closeNow() }
    }
}
