import Logging
import NIOCore

/// Tells requests that there is no time for them, at a measured pace: a client that asks again at once would otherwise keep
/// the loop busy with refusing it.
final class Turnstile {
    private let loop: any EventLoop
    private let logger: Logger
    private var held: [(HTTPResponse) -> Void] = []
    private var next = 0
    private var isScheduled = false
    private var counted = 0
    private var saidAt = NIODeadline.uptimeNanoseconds(0)

    private static let pause = TimeAmount.milliseconds(50)
    private static let atOnce = 500
    static let response = {
        var response = OAuthError(.unavailable(.overloaded)).response(requestID: nil)
        response.refusal?.isSaidTogether = true
        return response
    }()

    init(loop: any EventLoop, logger: Logger) {
        self.loop = loop
        self.logger = logger
    }

    /// The refusal as bytes, for a connection that stays open.
    static func refusal(date: String) -> [UInt8] {
        response.head(date: date, keepsAlive: true) + response.body
    }

    /// Refuses soon.
    func turnAway(_ answer: @escaping (HTTPResponse) -> Void) {
        count()
        held.append(answer)
        schedule()
    }

    /// One more was refused. The log has a line a second for all of them.
    func count() {
        counted += 1
        let now = NIODeadline.now()
        guard now - saidAt >= .seconds(1) else { return }
        logger.warning("overloaded: requests are told to come later", metadata: ["requests": "\(counted)"])
        (counted, saidAt) = (0, now)
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: Self.pause) { bound.value.refuse() }
    }

    private func refuse() {
        isScheduled = false
        let end = min(held.count, next + Self.atOnce)
        while next < end {
            held[next](Self.response)
            next += 1
        }
        if next == held.count {
            held.removeAll(keepingCapacity: true)
            next = 0
        } else {
            if next > Self.atOnce * 4 {
                held.removeFirst(next)
                next = 0
            }
            schedule()
        }
    }
}
