import MandateCore

/// An error as RFC 9457 has it: what is wrong, in which field, and the mend.
struct ProblemDocument: Sendable {
    let status: Int
    let title: String
    let detail: String
    var field: String?
    private(set) var headers: [(name: String, value: String)] = []

    init(_ problem: Problem) {
        switch problem.kind {
        case .invalid: (status, title) = (400, "Bad Request")
        case .unauthorized: (status, title) = (401, "Unauthorized")
        case .forbidden: (status, title) = (403, "Forbidden")
        case .notFound: (status, title) = (404, "Not Found")
        case .conflict: (status, title) = (409, "Conflict")
        case .unavailable:
            (status, title) = (503, "Service Unavailable")
            headers = [("Retry-After", "1")]
        }
        detail = problem.detail
        field = problem.field
    }

    init(_ status: Int, _ title: String, _ detail: String, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
    }

    static let unknownPath = ProblemDocument(404, "Not Found", "there is nothing at this path")
    static let malformedTarget = ProblemDocument(
        400, "Bad Request", "the path or the query is not percent-encoded UTF-8: encode it once")
    static let busy = ProblemDocument(
        Problem(.unavailable, "too much is asked of administration at once: try again in a moment"))
    static let unexpected = ProblemDocument(
        500, "Internal Server Error", "something unexpected went wrong: see the log of the server")

    static func methodNotAllowed(_ allowed: [String]) -> ProblemDocument {
        let methods = allowed.joined(separator: ", ")
        return ProblemDocument(
            405, "Method Not Allowed", "this path answers \(methods) only", headers: [("Allow", methods)])
    }

    static func tooLarge(_ limit: Int) -> ProblemDocument {
        ProblemDocument(413, "Content Too Large", "the body may have at most \(limit) bytes here: send less at once")
    }

    var response: AdminResponse {
        var members = [
            JSONMember(name: "type", value: "about:blank"),
            JSONMember(name: "title", value: .string(title)),
            JSONMember(name: "status", value: .integer(Int64(status))),
            JSONMember(name: "detail", value: .string(detail)),
        ]
        if let field { members.append(JSONMember(name: "field", value: .string(field))) }
        return AdminResponse(
            status: status, contentType: "application/problem+json",
            headers: headers, body: JSONValue.object(members).canonical)
    }
}
