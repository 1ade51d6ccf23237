import AsyncHTTPClient
import MandateCore
import NIOCore
import NIOHTTP1
import Synchronization

/// The body of an answer, as far as it is one: 200, JSON, and not too long. Anything else ends it at the first sign.
final class BoundedAnswer: HTTPClientResponseDelegate {
    private struct State {
        var hasBegun = false
        var body: [UInt8] = []
    }

    private let state = Mutex(State())

    /// Whether anything of an answer has come.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    func didReceiveHead(task: HTTPClient.Task<[UInt8]>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        state.withLock { $0.hasBegun = true }
        guard head.status == .ok else {
            return task.eventLoop.makeFailedFuture(EngineFailure.status(Int(head.status.code)))
        }
        guard Self.isJSON(head.headers["Content-Type"]) else {
            return task.eventLoop.makeFailedFuture(EngineFailure.contentType)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<[UInt8]>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let isTooLong = state.withLock { state in
            guard state.body.count + buffer.readableBytes <= EngineDialect.longestAnswer else { return true }
            state.body.append(contentsOf: buffer.readableBytesView)
            return false
        }
        return isTooLong
            ? task.eventLoop.makeFailedFuture(EngineFailure.tooLong) : task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<[UInt8]>) -> [UInt8] {
        state.withLock { $0.body }
    }

    private static func isJSON(_ types: [String]) -> Bool {
        guard types.count == 1 else { return false }
        return types[0].prefix { $0 != ";" && $0 != " " }.lowercased() == "application/json"
    }
}
