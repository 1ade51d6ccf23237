import AsyncHTTPClient

/// HTTP as commands need it: one request, no redirects, bounded time and size.
enum Web {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
    }

    /// The answer of `place`, whatever its status. A redirect is an answer too: nothing secret ever follows one.
    static func answer(
        to request: HTTPClientRequest, from place: String, limit: Int,
        within seconds: Int64 = AdministrationCall.usualPatience
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        do {
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(request, timeout: .seconds(seconds))
                let body = try await response.body.collect(upTo: limit)
                return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
            }
        } catch {
            throw CommandFailure(
                "\(place) does not answer (\(reason(error))): is it running, and is the address right?")
        }
    }

    /// The libraries wrap the system's words in their own; the usual one is said plainly.
    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        return text.contains("Connection refused") ? "connection refused" : Terminal.harmless(text)
    }

    /// The body of a document, such as a key set.
    static func document(at url: String, limit: Int) async throws -> [UInt8] {
        let answer = try await answer(to: HTTPClientRequest(url: url), from: url, limit: limit)
        guard answer.status == 200 else {
            throw CommandFailure("\(url) answered \(answer.status): check the address")
        }
        return answer.body
    }

    static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("https://") || text.hasPrefix("http://")
    }
}
