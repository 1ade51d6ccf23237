/// How far a delivery has come: what the other side certainly has, and what was only handed over.
struct Handover: Hashable {
    /// Records that were handed over close together.
    struct Mark: Hashable {
        /// When the first of these records was handed over.
        let opened: ContinuousClock.Instant
        var closed: ContinuousClock.Instant
        var sequence: Int64
    }

    /// The last record that the other side certainly has.
    private(set) var position: Int64
    /// The last record that was handed over.
    private(set) var handed: Int64
    private(set) var marks: [Mark] = []
    private let settling: Duration

    /// Into how many marks the settling time is divided at most: memory does not grow with the load.
    private static let marksPerSettling = 32

    init(position: Int64, settling: Duration) {
        self.position = position
        self.settling = settling
        handed = position
    }

    /// Whether something was handed over that may still be lost.
    var isUnsettled: Bool { handed > position }

    /// Records up to `sequence` were handed over.
    mutating func hand(upTo sequence: Int64, at now: ContinuousClock.Instant) {
        handed = max(handed, sequence)
        let width = settling / Self.marksPerSettling
        if let last = marks.indices.last, now - marks[last].opened < width {
            marks[last].closed = now
            marks[last].sequence = handed
        } else {
            marks.append(Mark(opened: now, closed: now, sequence: handed))
        }
    }

    /// Nothing has happened to the connection until `now`.
    mutating func settle(at now: ContinuousClock.Instant) {
        while let first = marks.first, now - first.closed >= settling {
            position = max(position, first.sequence)
            marks.removeFirst()
        }
    }

    /// What was handed over and has not settled may be lost, and is handed over again.
    mutating func lose() {
        marks = []
        handed = position
    }
}
