public import CoreMetrics
import Synchronization

/// The metrics of this process, and the page that shows them (Prometheus text format 0.0.4).
///
/// Every handle that is made has cells of its own, also for a series that is there already; the page adds them up. So
/// threads that count the same thing do not wait for each other. What is no known metric is not counted.
public final class MetricsRegistry: MetricsFactory {
    /// One series: a set of labels and all cells that count for it.
    struct Series: Sendable {
        let labels: [(String, String)]
        var cells: [Cell] = []
    }

    /// What one handle counts in.
    enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    /// How many series one metric has at most; what comes later counts for one whose labels all say `other`.
    static let mostSeries = 1000
    private static let overflow = "other"

    let families: [MetricFamily]
    /// By name, then by the labels as they are printed.
    private let stored = Mutex<[String: [String: Series]]>([:])

    public init(families: [MetricFamily]) {
        self.families = families
    }

    /// The page, with values that are read at this moment.
    public func page(with samples: [Sample] = []) -> [UInt8] {
        MetricsPage(families: families, series: stored.withLock { $0 }, samples: samples).bytes
    }

    private func add(_ label: String, _ dimensions: [(String, String)], _ cell: Cell) {
        stored.withLock { stored in
            var labels = dimensions
            var key = MetricsPage.labels(labels)
            if stored[label]?[key] == nil, stored[label]?.count ?? 0 >= Self.mostSeries {
                labels = dimensions.map { ($0.0, Self.overflow) }
                key = MetricsPage.labels(labels)
            }
            stored[label, default: [:]][key, default: Series(labels: labels)].cells.append(cell)
        }
    }

    private func kind(_ label: String) -> MetricFamily.Kind? { families.first { $0.name == label }?.kind }

    /// A handle on one series of a counter; it counts nothing when `label` names none.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter = kind(label) else { return NOOPMetricsHandler.instance }
        let cell = CounterCell()
        add(label, dimensions, .counter(cell))
        return cell
    }

    /// A handle on one series of a gauge; it counts nothing when `label` names none.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard case .gauge = kind(label) else { return NOOPMetricsHandler.instance }
        let cell = GaugeCell()
        add(label, dimensions, .gauge(cell))
        return cell
    }

    /// A handle on one series of a histogram of seconds; it counts nothing when `label` names none.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard case .histogram(let bounds) = kind(label) else { return NOOPMetricsHandler.instance }
        let cell = HistogramCell(bounds: bounds, unit: HistogramCell.nanoseconds)
        add(label, dimensions, .histogram(cell))
        return cell
    }

    /// A handle on one series of a histogram; it counts nothing when `label` names none.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard case .histogram(let bounds) = kind(label), aggregate else { return NOOPMetricsHandler.instance }
        let cell = HistogramCell(bounds: bounds, unit: 1)
        add(label, dimensions, .histogram(cell))
        return cell
    }

    /// Nothing here counts in fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { NOOPMetricsHandler.instance }

    /// What was counted stays counted.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// What was counted stays counted.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// What was counted stays counted.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// What was counted stays counted.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// What was counted stays counted.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
