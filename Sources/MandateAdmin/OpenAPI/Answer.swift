import MandateCore

/// One thing a route can answer: a status, and what the body is then.
struct Answer: Hashable, Sendable {
    let status: Int
    let sentence: String
    /// Nil without a body.
    let schema: Schema?
    let mediaType: String

    init(_ status: Int, _ sentence: String, _ schema: Schema?, mediaType: String = "application/json") {
        self.status = status
        self.sentence = sentence
        self.schema = schema
        self.mediaType = mediaType
    }

    static func ok(_ schema: Schema, _ sentence: String = "Done, or found.") -> Answer { Answer(200, sentence, schema) }

    static func ok(_ name: String) -> Answer { ok(.ref(name)) }

    /// One page of a list.
    static func page(of items: Schema) -> Answer {
        ok(.object(["items": .list(of: items), "next": .string().orNull]), "One page.")
    }

    static func created(_ name: String) -> Answer { Answer(201, "It is new.", .ref(name)) }

    static let noContent = Answer(204, "Done.", nil)

    /// What a POST that ends something answers.
    static let cut = ok("Cut")

    static func problem(_ status: Int, _ sentence: String) -> Answer {
        Answer(status, sentence, .ref("Problem"), mediaType: "application/problem+json")
    }

    static let notFound = problem(404, "There is nothing of that name.")
    static let conflict = problem(409, "The request is right, but the state of things forbids it. Nothing was changed.")
}

extension Route {
    /// Everything it can answer: what stands beside it, and what any request may be told.
    var allAnswers: [Answer] {
        var all = answers
        let common: [Answer?] = [
            .problem(400, "The request is wrong; `field` says where."),
            isOpen ? nil : .problem(401, "Over the network: no token, or none that is good now."),
            isOpen
                ? nil : .problem(403, "Over the network: the token does not hold the scope, or the socket is needed."),
            variables.isEmpty ? nil : .notFound,
            .problem(408, "The request was not complete in time."),
            .problem(413, "The body is too large."),
            .problem(500, "Something unexpected went wrong."),
            .problem(503, "Nothing was changed: try again after `Retry-After` seconds."),
        ]
        for answer in common.compactMap({ $0 })
        where !all.contains(where: { $0.status == answer.status && $0.mediaType == answer.mediaType }) {
            all.append(answer)
        }
        return all.sorted { $0.status < $1.status }
    }
}
