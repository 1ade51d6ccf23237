import AsyncHTTPClient
import MandateCore

/// A client of the token endpoint, with `client_secret_basic` (RFC 6749 §2.3.1).
struct TokenClient: Sendable {
    let server: String
    let clientID: String
    let secret: String
    /// The parameters of the request, not encoded yet.
    let parameters: [Parameter]

    typealias Parameter = (name: String, value: String)

    private static let largestAnswer = 1024 * 1024

    /// One token, or a ``TokenRefusal``.
    func token() async throws -> TokenAnswer {
        var request = HTTPClientRequest(url: server + "/oauth/token")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "accept", value: "application/json")
        request.setBasicAuth(
            username: PercentEncoding.encode(clientID), password: PercentEncoding.encode(secret))
        request.body = .bytes(Array(form.utf8))
        let answer = try await Web.answer(to: request, from: server, limit: Self.largestAnswer)
        let json = try AdministrationAnswer(status: answer.status, raw: answer.body).body
        guard answer.status == 200 else { throw TokenRefusal(status: answer.status, json) }
        return try TokenAnswer(json)
    }

    /// The same client with other parameters.
    func asking(_ parameters: [Parameter]) -> TokenClient {
        TokenClient(server: server, clientID: clientID, secret: secret, parameters: parameters)
    }

    /// The same client with more parameters.
    func adding(_ more: [Parameter]) -> TokenClient { asking(parameters + more) }

    /// A refusal as the last word of a command.
    func failure(_ refusal: TokenRefusal) -> CommandFailure {
        CommandFailure("\(server) refused: \(refusal)" + refusal.advice)
    }

    private var form: String {
        parameters.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
            .joined(separator: "&")
    }
}

/// The answer of the token endpoint (RFC 6749 §5.1).
struct TokenAnswer: Hashable, Sendable {
    let json: JSONValue
    let token: String
    /// How long the token lives, in seconds.
    let lifetime: Int64

    init(_ json: JSONValue) throws(CommandFailure) {
        guard let token = json["access_token"]?.string, let lifetime = json["expires_in"]?.integer, lifetime > 0,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw CommandFailure("the answer of the token endpoint holds no token: is the server a Mandate?") }
        self.json = json
        self.token = token
        self.lifetime = lifetime
    }
}

/// What the token endpoint says when it gives no token (RFC 6749 §5.2).
struct TokenRefusal: Error, Hashable, CustomStringConvertible {
    let status: Int
    let error: String
    let reason: String?
    let sentence: String?
    /// What waits for a person, when the request does.
    let waiting: Waiting?

    init(status: Int, _ json: JSONValue) {
        self.status = status
        error = json["error"]?.string ?? "status \(status)"
        reason = json["reason"]?.string
        sentence = json["error_description"]?.string
        waiting =
            json["reason"]?.string == "approval_denied"
            ? nil
            : json["approval"]?.string.map { approval in
                Waiting(
                    approval: approval, code: json["deferral_code"]?.string, interval: json["interval"]?.integer ?? 5)
            }
    }

    /// What to do next, when there is something.
    fileprivate var advice: String {
        guard let waiting else { return "" }
        return "; let a person decide (mandate approval approve \(waiting.approval)) and ask again, or ask with --wait"
    }

    /// Whether asking again later can help.
    var mayPass: Bool { status == 429 || status >= 500 }

    var description: String {
        let code = reason.map { "\(error) (\($0))" } ?? error
        return Terminal.harmless(sentence.map { "\(code): \($0)" } ?? code)
    }
}
