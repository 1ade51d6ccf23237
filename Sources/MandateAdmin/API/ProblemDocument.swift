import MandateCore

/// An error as RFC 9457 has it: what is wrong, in which field, and the mend.
struct ProblemDocument: Sendable {
    let status: Int
    let title: String
    let detail: String
    var field: String?
    var allowed: [String] = []

    init(_ problem: Problem) {
        switch problem.kind {
        case .invalid: (status, title) = (400, "Bad Request")
        case .notFound: (status, title) = (404, "Not Found")
        case .conflict: (status, title) = (409, "Conflict")
        case .unavailable: (status, title) = (503, "Service Unavailable")
        }
        detail = problem.detail
        field = problem.field
    }

    private init(_ status: Int, _ title: String, _ detail: String, allowed: [String] = []) {
        self.status = status
        self.title = title
        self.detail = detail
        self.allowed = allowed
    }

    static let unknownPath = ProblemDocument(404, "Not Found", "there is nothing at this path")
    static let malformedTarget = ProblemDocument(
        400, "Bad Request", "the path or the query is not percent-encoded UTF-8: encode it once")
    static let unexpected = ProblemDocument(
        500, "Internal Server Error", "something unexpected went wrong: see the log of the server")

    static func methodNotAllowed(_ allowed: [String]) -> ProblemDocument {
        ProblemDocument(
            405, "Method Not Allowed", "this path answers \(allowed.joined(separator: ", ")) only", allowed: allowed)
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
            headers: allowed.isEmpty ? [] : [("Allow", allowed.joined(separator: ", "))],
            body: JSONValue.object(members).canonical)
    }
}
