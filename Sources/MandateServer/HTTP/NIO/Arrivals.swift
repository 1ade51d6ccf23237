import NIOCore

/// When the bytes of a connection that are not yet worked off came in, to a few milliseconds.
struct Arrivals {
    private struct Mark {
        var end: Int
        let time: NIODeadline
    }

    private var marks: [Mark] = []
    private static let step = TimeAmount.milliseconds(10)

    /// All bytes before the `end`-th, and not noted before, came in now; the first `taken` are worked off.
    mutating func note(upTo end: Int, after taken: Int, at now: NIODeadline) {
        if let last = marks.last, last.end <= taken { marks.removeAll(keepingCapacity: true) }
        if let last = marks.last, now - last.time < Self.step {
            marks[marks.count - 1].end = end
        } else {
            marks.append(Mark(end: end, time: now))
        }
    }

    /// When the last of the first `count` bytes came in; forgets what was before it.
    mutating func time(ofByte count: Int) -> NIODeadline {
        let before = marks.prefix { $0.end < count }.count
        if before > 0 { marks.removeFirst(before) }
        return marks.first?.time ?? .now()
    }
}
