import MandateCore

/// What administration answers when it does not do what it was asked (RFC 9457).
struct Refused: Error, Hashable, CustomStringConvertible {
    let status: Int
    /// Where in the request.
    let field: String?
    let detail: String

    init(_ answer: AdministrationAnswer) {
        status = answer.status
        field = answer.body["field"]?.string
        detail = answer.body["detail"]?.string ?? answer.body["title"]?.string ?? "refused with status \(answer.status)"
    }

    var description: String {
        Terminal.harmless(field.map { "\($0): \(detail)" } ?? detail)
    }
}
