import HTTPTypes
import Hummingbird
import Logging

/// Hummingbird's requests as plain values, and back.
struct AdminResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let api: AdminAPI
    let logger: Logger

    /// Whoever can open the socket.
    static let operatorName = "operator"

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let response = await answer(to: request)
        var headers = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if !response.body.isEmpty { headers[.contentType] = response.contentType }
        return Response(
            status: .init(code: response.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
    }

    private func answer(to request: Request) async -> AdminResponse {
        let method = request.method.rawValue
        let target = request.head.path ?? ""
        let limit = AdminAPI.bodyLimit(method: method, path: String(target.prefix { $0 != "?" }))
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit {
            return ProblemDocument.tooLarge(limit).response
        }
        let body: [UInt8]
        do {
            body = Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is TooManyBytes {
            return ProblemDocument.tooLarge(limit).response
        } catch {
            logger.error("A request could not be read", metadata: ["error": "\(error)"])
            return ProblemDocument.unexpected.response
        }
        let asked = AdminRequest(method: method, target: target, body: body, operatorName: Self.operatorName)
        guard let asked else { return ProblemDocument.malformedTarget.response }
        return await api.respond(to: asked)
    }
}
