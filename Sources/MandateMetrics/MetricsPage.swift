/// The text that Prometheus reads (exposition format 0.0.4): for each metric what it is, then its series in a fixed order.
struct MetricsPage {
    private(set) var bytes: [UInt8] = []

    init(families: [MetricFamily], series: [String: [String: MetricsRegistry.Series]], samples: [Sample]) {
        for family in families {
            let found = (series[family.name] ?? [:]).sorted { $0.key < $1.key }
            let asked = samples.filter { $0.name == family.name }
            if found.isEmpty, asked.isEmpty { continue }
            line("# HELP \(family.name) \(Self.escaped(family.help, quotes: false))")
            line("# TYPE \(family.name) \(family.typeName)")
            for (labels, one) in found { write(family, labels, one) }
            for sample in asked { line(family.name + Self.labels(sample.labels) + " " + Self.number(sample.value)) }
        }
    }

    private mutating func write(_ family: MetricFamily, _ labels: String, _ series: MetricsRegistry.Series) {
        switch family.kind {
        case .counter, .gauge:
            line(family.name + labels + " " + Self.number(series.cells.reduce(0) { $0 + $1.value }))
        case .histogram(let bounds):
            var counts = [Int64](repeating: 0, count: bounds.count + 1)
            var sum = 0.0
            for case .histogram(let cell) in series.cells {
                for (index, count) in cell.counts.enumerated() { counts[index] &+= count }
                sum += cell.sum
            }
            var count: Int64 = 0
            for (bound, within) in zip(bounds.map(Self.number) + ["+Inf"], counts) {
                count &+= within
                line("\(family.name)_bucket\(Self.labels(series.labels + [("le", bound)])) \(count)")
            }
            line("\(family.name)_sum\(labels) \(Self.number(sum))")
            line("\(family.name)_count\(labels) \(count)")
        }
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// `{a="b",c="d"}`, or nothing.
    static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension MetricsRegistry.Cell {
    /// Of what is one number.
    fileprivate var value: Double {
        switch self {
        case .counter(let cell): Double(cell.value)
        case .gauge(let cell): cell.value
        case .histogram: 0
        }
    }
}
