import AsyncHTTPClient
import MandateCore

/// Administration over the Unix socket of a running server; whoever can open it is the operator.
struct SocketTransport: AdministrationTransport {
    private let socket: String
    private static let largestAnswer = 64 * 1024 * 1024

    init(socket: String) {
        self.socket = socket
    }

    func send(_ call: AdministrationCall) async throws -> AdministrationAnswer {
        var request = HTTPClientRequest(url: "http+unix://\(PercentEncoding.encode(socket))\(call.target)")
        request.method = .RAW(value: call.method)
        if let body = call.body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.canonical)
        }
        let answer = try await Web.answer(
            to: request, from: "the server at \(socket)", limit: Self.largestAnswer, within: call.patience)
        return try AdministrationAnswer(status: answer.status, raw: answer.body, isText: call.isText)
    }
}
