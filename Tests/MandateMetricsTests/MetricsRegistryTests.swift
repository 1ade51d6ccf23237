import CoreMetrics
import MandateMetrics
import Testing

@Suite("The page of the metrics")
struct MetricsRegistryTests {
    private let registry = MetricsRegistry(families: [
        MetricFamily("a_total", .counter, "Counts \"a\"\nand \\ more."), MetricFamily("b", .gauge, "Goes up and down."),
        MetricFamily("c_seconds", .histogram([0.001, 0.01]), "Time."),
        MetricFamily("d_size", .histogram([1, 10]), "Size."),
    ])

    private func page(_ samples: [Sample] = []) -> String {
        String(decoding: registry.page(with: samples), as: UTF8.self)
    }

    @Test("is empty before anything was counted")
    func empty() {
        #expect(page() == "")
    }

    @Test("says what each metric is, and adds up all that count for the same series")
    func counters() {
        let labels = [("path", "a\"b\\c\nd")]
        let handles = (0..<3).map { _ in Counter(label: "a_total", dimensions: labels, factory: registry) }
        for handle in handles { handle.increment(by: 2) }
        handles[0].increment(by: 1)
        #expect(
            page() == """
                # HELP a_total Counts "a"\\nand \\\\ more.
                # TYPE a_total counter
                a_total{path="a\\"b\\\\c\\nd"} 7

                """)
    }

    @Test("keeps what was counted when a handle is gone")
    func gone() {
        Counter(label: "a_total", factory: registry).increment(by: 5)
        #expect(page().hasSuffix("a_total 5\n"))
    }

    @Test("shows a gauge as it is, in whole numbers and others")
    func gauges() {
        let gauge = Meter(label: "b", factory: registry)
        gauge.set(3)
        gauge.increment(by: 1.5)
        gauge.decrement()
        #expect(page().hasSuffix("b 3.5\n"))
        gauge.set(-4)
        #expect(page().hasSuffix("b -4\n"))
    }

    @Test("counts times in steps, each with all below it")
    func timers() {
        let timer = CoreMetrics.Timer(label: "c_seconds", dimensions: [("x", "y")], factory: registry)
        for nanoseconds in [0, 1_000_000, 1_000_001, 10_000_000, 3_000_000_000] as [Int64] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            page() == """
                # HELP c_seconds Time.
                # TYPE c_seconds histogram
                c_seconds_bucket{x="y",le="0.001"} 2
                c_seconds_bucket{x="y",le="0.01"} 4
                c_seconds_bucket{x="y",le="+Inf"} 5
                c_seconds_sum{x="y"} 3.012000001
                c_seconds_count{x="y"} 5

                """)
    }

    @Test("counts sizes as they are")
    func recorders() {
        let sizes = Recorder(label: "d_size", aggregate: true, factory: registry)
        for size in [1, 2, 10, 11] { sizes.record(size) }
        let lines = page().split(separator: "\n").dropFirst(2)
        #expect(
            lines == [
                "d_size_bucket{le=\"1\"} 1", "d_size_bucket{le=\"10\"} 3", "d_size_bucket{le=\"+Inf\"} 4",
                "d_size_sum 24", "d_size_count 4",
            ])
    }

    @Test("shows what is read at this moment beside what was counted")
    func samples() {
        let page = page([Sample("b", [("x", "1")], 2), Sample("b", [("x", "2")], 0.5), Sample("unknown", 1)])
        #expect(page == "# HELP b Goes up and down.\n# TYPE b gauge\nb{x=\"1\"} 2\nb{x=\"2\"} 0.5\n")
    }

    @Test("counts nothing under a name that is not known, or as something else than it is")
    func unknown() {
        Counter(label: "unknown_total", factory: registry).increment()
        Counter(label: "b", factory: registry).increment()
        Meter(label: "a_total", factory: registry).set(1)
        #expect(page() == "")
    }

    @Test("has a bounded number of series: what comes later counts as other")
    func bounded() {
        for number in 0..<1500 {
            Counter(label: "a_total", dimensions: [("n", String(number))], factory: registry).increment()
        }
        let lines = page().split(separator: "\n")
        #expect(lines.count == 2 + 1000 + 1)
        #expect(lines.contains("a_total{n=\"other\"} 500"))
    }

    @Test("loses nothing when several threads count at once")
    func threads() async {
        let shared = Counter(label: "a_total", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let own = Counter(label: "a_total", factory: registry)
                    for _ in 0..<10_000 {
                        own.increment()
                        shared.increment()
                    }
                }
            }
        }
        #expect(page().hasSuffix("a_total 80000\n"))
    }
}

@Suite("The metrics of this program")
struct MandateFamiliesTests {
    @Test("follow the rules for names: counters end in _total, times are in seconds, each name stands once")
    func names() {
        let families = MetricFamily.mandate
        #expect(Set(families.map(\.name)).count == families.count)
        for family in families {
            #expect((family.kind == .counter) == family.name.hasSuffix("_total"), "\(family.name)")
            #expect(family.help.hasSuffix(".") && !family.name.contains("milli"), "\(family.name)")
            if case .histogram(let bounds) = family.kind { #expect(bounds == Array(Set(bounds)).sorted()) }
        }
    }
}
