import HTTPTypes
import Hummingbird
import Logging

/// Hummingbird's requests as plain values, and back.
struct AdminResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let api: AdminAPI
    let place: AdminListener.Place
    let lane: Lane
    /// Where requests are judged and carried out. Only that: a task that prefers an executor and waits for what others
    /// cancel can meet the one that cancels it in the runtime's locks, and both stand still.
    let threads: LaneThreads
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
        // RFC 9110 §9.3.2: what GET would say, without its body.
        let isHead = request.method == .head
        if isHead { headers[.contentLength] = String(response.body.count) }
        return Response(
            status: .init(code: response.status), headers: headers,
            body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
    }

    private func answer(to request: Request) async -> AdminResponse {
        let method = request.method.rawValue
        let target = request.head.path ?? ""
        let right = right(of: request)
        let preview = await withTaskExecutorPreference(threads) {
            api.preview(method: method, path: String(target.prefix { $0 != "?" }), right: right)
        }
        switch preview {
        case .refused(let response):
            return response
        case .accepted(let limit):
            guard let size = Self.size(of: request, limit: limit) else {
                return ProblemDocument.tooLarge(limit).response
            }
            guard lane.hold(size) else { return ProblemDocument.busy.response }
            defer { lane.release(size) }
            do {
                let body = size == 0 ? [] : Array(try await request.body.collect(upTo: limit).readableBytesView)
                let asked = AdminRequest(
                    method: method, target: target, body: body, operatorName: Self.operatorName, right: right)
                guard let asked else { return ProblemDocument.malformedTarget.response }
                guard lane.enter() else { return ProblemDocument.busy.response }
                defer { lane.leave() }
                return await withTaskExecutorPreference(threads) { await api.respond(to: asked) }
            } catch is TooManyBytes {
                return ProblemDocument.tooLarge(limit).response
            } catch {
                logger.debug("a request could not be read", metadata: ["error": "\(error)"])
                return ProblemDocument.unexpected.response
            }
        }
    }

    /// A token on the socket is not looked at: its owner may everything.
    private func right(of request: Request) -> AdminRequest.Right {
        switch place {
        case .socket: .everything
        case .network(_, _, _, let gate): .bearer(request.headers[values: .authorization], gate)
        }
    }

    /// How many bytes the body has at most; nil when that is more than `limit`.
    private static func size(of request: Request, limit: Int) -> Int? {
        if let length = request.headers[.contentLength].flatMap(Int.init) { return length <= limit ? length : nil }
        return request.headers[.transferEncoding] == nil ? 0 : limit
    }
}
