import CoreMetrics
import Synchronization

/// Counts values by how large they are.
///
/// Whole numbers are added up: nanoseconds when it measures time, what it is given when it counts.
final class HistogramCell: TimerHandler, RecorderHandler {
    private final class Step: Sendable {
        let count = Atomic<Int64>(0)
    }

    /// In the whole numbers that are recorded.
    private let bounds: [Int64]
    /// One more than bounds: the last is for what is above them all.
    private let steps: [Step]
    private let total = Atomic<Int64>(0)
    /// How many of the recorded numbers are one on the page.
    private let unit: Double

    static let nanoseconds = 1e9

    init(bounds: [Double], unit: Double) {
        self.unit = unit
        self.bounds = bounds.map { Int64(($0 * unit).rounded()) }
        steps = (0...bounds.count).map { _ in Step() }
    }

    /// How many values are within each bound and not within the one before; the last is what is above.
    var counts: [Int64] { steps.map { $0.count.load(ordering: .relaxed) } }
    var sum: Double { Double(total.load(ordering: .relaxed)) / unit }

    func recordNanoseconds(_ duration: Int64) { record(duration) }

    func record(_ value: Int64) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        steps[index].count.wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(value, ordering: .relaxed)
    }

    /// A value that no whole number can hold is not counted.
    func record(_ value: Double) {
        if let whole = Int64(exactly: value.rounded()) { record(whole) }
    }
}
