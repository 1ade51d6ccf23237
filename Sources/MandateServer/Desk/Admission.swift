/// Decides how many requests an event loop has under way at once, so that whoever is let in is answered in time and the
/// others learn soon that they must come later.
///
/// How many that are depends on the machine and its disk, so the bound follows the time that answers take.
struct Admission {
    /// The most that may be under way.
    private(set) var limit = 256
    private(set) var underWay = 0
    /// Of those, who went away to wait for the policy engine and came back.
    private var resumed = 0
    /// Whether somebody was turned away since the bound last changed.
    private var isTooSmall = false
    private var lastShrunk: ContinuousClock.Instant?

    static let fewest = 128
    static let most = 4096
    /// Answers that take longer than `slow` shrink the bound; it grows while they take less than `quick`.
    static let slow = Duration.milliseconds(100)
    static let quick = Duration.milliseconds(65)
    /// A request that waited this long behind others of its own connection is not begun any more,
    static let stale = Duration.milliseconds(200)
    /// unless so few are under way that nobody else keeps it waiting.
    static let few = 16

    /// Whether one more request may come in; `waited` is how long it was here already.
    mutating func admits(waited: Duration) -> Bool {
        if waited > Self.stale, underWay >= Self.few { return false }
        guard underWay < limit else {
            isTooSmall = true
            return false
        }
        return true
    }

    /// Whether one that waited for the policy engine may come back. When it fails all come at once, and half of the room
    /// stays for the others.
    var mayResume: Bool { resumed < limit / 2 }

    mutating func begin() { underWay += 1 }

    mutating func resume() {
        underWay += 1
        resumed += 1
    }

    mutating func end(isResumed: Bool = false) {
        underWay -= 1
        if isResumed { resumed -= 1 }
    }

    /// Answers that took `time` have gone out.
    mutating func learn(_ time: Duration, at now: ContinuousClock.Instant) {
        if time > Self.slow {
            // What was let in before the bound shrank is still under way, and says nothing of the new bound.
            if let lastShrunk, now - lastShrunk < time { return }
            limit = max(Self.fewest, limit - limit / 8)
            lastShrunk = now
            isTooSmall = false
        } else if time < Self.quick, isTooSmall {
            limit = min(Self.most, limit + limit / 8)
            isTooSmall = false
        }
    }
}
