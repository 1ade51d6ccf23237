/// What the page says of one metric: its name, what it is, and in which steps a histogram counts.
public struct MetricFamily: Sendable {
    /// How its values behave.
    public enum Kind: Hashable, Sendable {
        case counter
        case gauge
        /// Upper bounds, ascending, in the unit of the page.
        case histogram([Double])
    }

    public let name: String
    /// One sentence.
    public let help: String
    public let kind: Kind

    public init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    var typeName: String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
