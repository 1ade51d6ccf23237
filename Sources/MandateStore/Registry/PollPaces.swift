import MandateCore
import Synchronization

/// When clients last asked for what nobody has decided yet. In memory only: who asks too often after a restart is told so the
/// second time.
public final class PollPaces: ApprovalPaces {
    private struct Pace {
        var last: Instant
        var interval: Int64
    }

    private let paces = Mutex<[String: Pace]>([:])
    /// More requests than this do not wait at once; when they do, some pace is forgotten.
    private static let capacity = 10_000
    /// A client may be this much too soon, in milliseconds: its clock is not ours.
    private static let tolerance: Int64 = 500

    public init() {}

    public func ask(about approval: String, at now: Instant) -> (interval: Int64, isTooSoon: Bool) {
        paces.withLock { paces in
            guard var pace = paces[approval] else {
                if paces.count >= Self.capacity { paces.removeAll() }
                paces[approval] = Pace(last: now, interval: ApprovalEntry.interval)
                return (ApprovalEntry.interval, false)
            }
            let isTooSoon = now.milliseconds - pace.last.milliseconds < pace.interval * 1000 - Self.tolerance
            pace.last = now
            if isTooSoon { pace.interval = min(pace.interval + 5, 60) }
            paces[approval] = pace
            return (pace.interval, isTooSoon)
        }
    }
}
