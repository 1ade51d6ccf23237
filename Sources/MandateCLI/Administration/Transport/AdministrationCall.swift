import MandateCore

/// One request to the admin API.
struct AdministrationCall: Hashable, Sendable {
    let method: String
    /// Percent-encoded, with the slash in front.
    let path: String
    /// Not encoded yet.
    let query: [(name: String, value: String)]
    let body: JSONValue?
    /// Whether a success is text and not JSON.
    let isText: Bool
    /// How long the answer may take, in seconds.
    let patience: Int64

    static let usualPatience: Int64 = 30
    /// For work on the database as a whole: a day.
    static let patienceForUpkeep: Int64 = 86_400

    init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil,
        isText: Bool = false, patience: Int64 = usualPatience
    ) {
        self.patience = patience
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.isText = isText
    }

    /// Path and query as a request line has them.
    var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return path + "?" + pairs.joined(separator: "&")
    }

    static func == (left: AdministrationCall, right: AdministrationCall) -> Bool {
        left.method == right.method && left.target == right.target && left.body == right.body
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(target)
    }
}
