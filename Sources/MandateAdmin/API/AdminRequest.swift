import MandateCore

/// A request to the admin API as plain values.
public struct AdminRequest: Sendable {
    public let method: String
    /// As it was sent: percent-encoded, without the query.
    public let path: String
    /// Decoded, in the order sent.
    public let query: [(name: String, value: String)]
    public let body: [UInt8]
    /// Who asks, for the record, when ``right`` does not say so.
    public let operatorName: String
    public let right: Right

    /// By what right somebody asks.
    public enum Right: Sendable {
        /// Whoever can open the Unix socket, or the database itself, may everything.
        case everything
        /// The holder of the token in these `Authorization` values, when the gate lets it in.
        case bearer([String], AdminGate)
    }

    public init(
        method: String, path: String, query: [(name: String, value: String)] = [], body: [UInt8] = [],
        operatorName: String, right: Right = .everything
    ) {
        self.right = right
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.operatorName = operatorName
    }

    /// The request for `target`, the path and query of a request line (RFC 9112 §3.2.1); nil when its query is not
    /// percent-encoded UTF-8.
    public init?(method: String, target: String, body: [UInt8] = [], operatorName: String, right: Right = .everything) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [(name: String, value: String)] = []
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(sides[0]),
                let value = PercentEncoding.decode(sides.count > 1 ? sides[1] : "")
            else { return nil }
            query.append((name, value))
        }
        self.init(
            method: method, path: String(parts.first ?? ""), query: query, body: body, operatorName: operatorName,
            right: right)
    }
}
