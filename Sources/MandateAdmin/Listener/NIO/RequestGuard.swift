import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches over one connection: a request is read within its time, an answer taken within its time, and what is no HTTP
/// is answered with a problem document like everything else.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let register: ConnectionRegister
    private var context: ChannelHandlerContext?
    /// Since its first byte a request is being read.
    private var isReading = false
    /// Requests that were read and not answered yet.
    private var working = 0
    private var deadline: Scheduled<Void>?
    /// An answer was begun and not finished.
    private var isAnswering = false
    private var isOver = false

    /// From the first byte of a request to its last.
    static let patience = TimeAmount.seconds(10)
    /// From an answer to its last byte taken.
    static let answerPatience = TimeAmount.seconds(30)

    init(_ register: ConnectionRegister) {
        self.register = register
    }

    /// A connection that says nothing, or never finishes its handshake, is not kept either.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        start(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        self.context = nil
    }

    /// Bytes came in: those of a request, unless one is being read already.
    func begin() {
        guard !isReading, let context else { return }
        isReading = true
        start(context)
    }

    private func start(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.giveUp() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            begin()
            working += 1
        case .body: break
        case .end:
            isReading = false
            deadline?.cancel()
            register.note(context.channel, isWorking: working > 0)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isOver {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        guard case .end = unwrapOutboundIn(data) else {
            isAnswering = true
            return context.write(data, promise: promise)
        }
        isAnswering = false
        working -= 1
        let taken = promise ?? context.eventLoop.makePromise()
        let channel = context.channel
        let timeout = context.eventLoop.scheduleTask(in: Self.answerPatience) { channel.close(promise: nil) }
        let (bound, register) = (NIOLoopBound(self, eventLoop: context.eventLoop), register)
        taken.futureResult.whenComplete { _ in
            timeout.cancel()
            if bound.value.working == 0 { register.note(channel, isWorking: false) }
        }
        context.write(data, promise: taken)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isReading, !isOver else { return context.close(promise: nil) }
        end(with: .notHTTP)
    }

    private func giveUp() {
        guard !isOver else { return }
        guard isReading else {
            context?.close(promise: nil)
            return
        }
        end(with: .tooSlow)
    }

    /// Answers and hangs up, whatever anybody else would still say; while an answer to an earlier request is under way it
    /// only hangs up.
    private func end(with problem: ProblemDocument) {
        isOver = true
        deadline?.cancel()
        guard let context else { return }
        let isNext = working == 0 || working == 1 && isReading && !isAnswering
        guard isNext else { return context.close(promise: nil) }
        let response = problem.response
        var fields: HTTPFields = [
            .contentType: response.contentType, .contentLength: String(response.body.count), .connection: "close",
        ]
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: response.body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Tells the guard that bytes came in, before anybody has made sense of them.
final class FirstByte: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let watch: RequestGuard

    init(_ watch: RequestGuard) {
        self.watch = watch
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        watch.begin()
        context.fireChannelRead(data)
    }
}

extension ProblemDocument {
    static let notHTTP = ProblemDocument(
        400, "Bad Request", "this is no HTTP/1.1 request, or its header fields are too many or too long")
    static let tooSlow = ProblemDocument(
        408, "Request Timeout", "the request was not complete within 10 seconds: send it at once")
}
