/// How unusual a request is, from 0 to 100, and why.
public struct Risk: Hashable, Sendable {
    public let score: Int64
    public let reasons: [String]

    public static let none = Risk(score: 0, reasons: [])

    public init(score: Int64, reasons: [String]) {
        self.score = min(max(score, 0), 100)
        self.reasons = reasons
    }
}
