/// One value that is asked for when the page is made.
public struct Sample: Sendable {
    public let name: String
    public let labels: [(String, String)]
    public let value: Double

    public init(_ name: String, _ labels: [(String, String)], _ value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }

    /// The same without labels.
    public init(_ name: String, _ value: Double) {
        self.init(name, [], value)
    }
}
