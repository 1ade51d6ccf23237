/// How a policy engine is spoken to, and what its answers mean. Bytes in and out; nothing is sent from here.
public enum EngineDialect: Hashable, Sendable {
    /// OPA's data API: the document that decides, such as `mandate/decision`.
    case opa(document: String)
    /// AuthZEN 1.0, one evaluation a question.
    case authzen

    /// The longest answer that is read.
    public static let longestAnswer = 64 * 1024

    /// How the settings call it; also the rule of a decision whose engine names none.
    public var name: String {
        switch self {
        case .opa: "opa"
        case .authzen: "authzen"
        }
    }

    /// What comes after the engine's URL.
    public var path: String {
        switch self {
        case .opa(let document): "/v1/data/\(document)"
        case .authzen: "/access/v1/evaluation"
        }
    }

    /// Whether `text` can be the path of a document: names joined by `/`.
    public static func isDocument(_ text: String) -> Bool {
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 256
            && names.allSatisfy { name in
                !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy { $0.isUnreserved }
            }
    }

    /// The body of the request that asks.
    public func body(of question: EngineQuestion) -> [UInt8] {
        switch self {
        case .opa: (["input": question.input] as JSONValue).canonical
        case .authzen: AuthZEN.request(question).canonical
        }
    }

    /// What the body of a 200 says. Whatever is not clearly an answer is none.
    public func decision(in body: [UInt8]) throws(EngineFailure) -> EngineDecision {
        guard body.count <= Self.longestAnswer else { throw .tooLong }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(strict: body)
        } catch {
            throw .unreadable
        }
        guard json.members != nil else { throw .malformed(at: "the body") }
        switch self {
        case .opa: return try OPA.decision(json)
        case .authzen: return try AuthZEN.decision(json)
        }
    }
}

extension JSONValue {
    /// Text that can be shown; nil when it cannot.
    var shown: PrintableText? { string.flatMap { PrintableText($0) } }

    /// Text that can name a rule; nil when it cannot.
    var shownRule: PrintableText? {
        shown.flatMap { $0.rawValue.utf8.count <= EngineDecision.longestRule ? $0 : nil }
    }
}
