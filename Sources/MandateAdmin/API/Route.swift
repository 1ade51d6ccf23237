import MandateCore

/// One row of the route table: which request goes to which endpoint.
struct Route: Sendable {
    typealias Endpoint = @Sendable (AdminAPI) -> @Sendable (Call) async throws(Problem) -> AdminResponse

    let method: String
    /// As documented, such as `/v1/agents/{id}`.
    let template: String
    let summary: String
    /// What a token must hold to use it, nil for any good token; whoever can open the socket may use everything.
    let scope: AdminScope?
    /// Another scope that is enough as well.
    let otherScope: AdminScope?
    /// Whether it needs no token at all, because it says nothing about anybody.
    let isOpen: Bool
    /// Whether it is for those alone who can open the socket, whatever a token holds: what makes files on the machine.
    let socketOnly: Bool
    /// The query parameters it knows; any other is refused.
    let query: [Parameter]
    /// What the body must be; nil when there is none.
    let takes: Schema?
    /// Whether the body may be left out.
    let mayTakeNothing: Bool
    /// What it answers when it does what was asked, and what it may refuse beside what every route may.
    let answers: [Answer]
    let bodyLimit: Int
    let endpoint: Endpoint
    private let segments: [Segment]

    private enum Segment: Hashable, Sendable {
        case fixed(String)
        case variable(String)
    }

    static let usualBodyLimit = 1 << 20

    init(
        _ method: String, _ template: String, _ summary: String, _ scope: AdminScope?,
        or otherScope: AdminScope? = nil, query: [Parameter] = [], takes: Schema? = nil, mayTakeNothing: Bool = false,
        answers: [Answer] = [], bodyLimit: Int = usualBodyLimit,
        isOpen: Bool = false, socketOnly: Bool = false, _ endpoint: @escaping Endpoint
    ) {
        self.method = method
        self.template = template
        self.summary = summary
        self.scope = scope
        self.otherScope = otherScope
        self.query = query
        self.takes = takes
        self.mayTakeNothing = mayTakeNothing
        self.answers = answers
        self.isOpen = isOpen
        self.socketOnly = socketOnly
        self.bodyLimit = bodyLimit
        self.endpoint = endpoint
        segments = template.split(separator: "/").map { part in
            part.hasPrefix("{") ? .variable(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
    }

    /// What the variable segments are in `path`, already split and decoded; nil when it is another path.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .fixed(let word): guard word.utf8.elementsEqual(text.utf8) else { return nil }
            case .variable(let name):
                guard !text.isEmpty else { return nil }
                values[name] = text
            }
        }
        return values
    }
}

extension Route {
    /// Whether it is the one for `method`; HEAD is GET without the body (RFC 9110 §9.3.2).
    func answers(_ method: String) -> Bool { method == self.method || method == "HEAD" && self.method == "GET" }

    /// The methods that some of `routes` answers, as `Allow` names them.
    static func methods(of routes: [Route]) -> [String] {
        let methods = routes.map(\.method)
        return (methods.contains("GET") ? methods + ["HEAD"] : methods).sorted()
    }

    /// The scopes of which a token must hold one; empty when any good token will do.
    var scopes: [AdminScope] { [scope, otherScope].compactMap { $0 } }

    /// The names of the variable segments, in order.
    var variables: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The segments of a path, each decoded once; nil when that cannot be done.
    static func segments(of path: String) -> [String]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(part) else { return nil }
            segments.append(decoded)
        }
        return segments
    }
}
