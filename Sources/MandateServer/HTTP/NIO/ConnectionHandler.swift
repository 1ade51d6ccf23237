import MandateCore
import NIOCore

/// One connection: bytes in, one request at a time to its endpoint, bytes out, in order.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Reading, or waiting for, a request.
        case open
        /// A request is with its endpoint, or its answer is being sent.
        case answering
        /// The last answer was sent; what still comes is thrown away until the other side closes.
        case draining(since: NIODeadline)
        case closed
    }

    /// A body above this size is one buffer for everybody who waits for it.
    private static let largeBody = 64 * 1024
    /// While an answer is under way no more than this is read ahead.
    private static let readAhead = HTTPLimits.head + HTTPLimits.chunkedBody
    /// So many pipelined requests are answered before other connections have their turn.
    private static let turn = 16

    private let worker: LoopWorker
    private var context: ChannelHandlerContext?
    private var parser = HTTPParser()
    private(set) var state = State.open
    private var address = ""
    private var arrivals = Arrivals()
    private var isReading = false
    private var isYielding = false
    /// The other side sends no more, and gets what it asked for before.
    private var isLast = false
    private var needsFlush = false
    private var holdsRead = false
    var isFinishing = false
    private var current: HTTPRequest?
    private var kind = RequestKind()
    private var span: RequestSpan?
    private(set) var startedAt: NIODeadline?
    private(set) var lastActive = NIODeadline.now()

    init(_ worker: LoopWorker) {
        self.worker = worker
    }

    var isIdle: Bool {
        if case .open = state { startedAt == nil } else { false }
    }

    /// Counted only from here on: a channel that is closed before it was active never becomes inactive.
    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        address = context.remoteAddress?.ipAddress ?? "unknown"
        worker.connections.add(self)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    private func end() {
        state = .closed
        worker.connections.remove(self)
        context = nil
    }

    /// The other side sends no more. It still gets the answer it waits for (RFC 9112 §9.6).
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            inputEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        closeNow()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        let bytes = unwrapInboundIn(data)
        lastActive = .now()
        startedAt = startedAt ?? lastActive
        parser.append(bytes.readableBytesView)
        arrivals.note(upTo: parser.taken &+ parser.waiting, after: parser.taken, at: lastActive)
        readRequests()
    }

    func read(context: ChannelHandlerContext) {
        if isAnswering || isYielding, parser.waiting > Self.readAhead {
            holdsRead = true
        } else {
            context.read()
        }
    }

    /// Works off what was read, until a request must wait for its answer. A loop, so that pipelined requests that are
    /// answered at once do not pile up on the stack.
    private func readRequests() {
        guard !isReading, !isYielding else { return }
        isReading = true
        var left = Self.turn
        defer {
            isReading = false
            if needsFlush {
                needsFlush = false
                context?.flush()
            }
        }
        while case .open = state {
            guard left > 0 else { return yield() }
            left -= 1
            do throws(HTTPFailure) {
                switch try parser.next() {
                case .incomplete: return
                case .awaitsContinue: write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                case .request(let request): handle(request)
                }
            } catch {
                refuse(error)
            }
        }
    }

    /// Goes on when the others that were ready in this tick had their turn.
    private func yield() {
        guard let loop = context?.eventLoop else { return }
        isYielding = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.execute { bound.value.resume() }
    }

    private func resume() {
        isYielding = false
        readOn()
        readRequests()
        if isLast { inputEnded() }
    }

    private func inputEnded() {
        isLast = isYielding
        if isAnswering { isFinishing = true } else if !isYielding { closeNow() }
    }

    private func readOn() {
        guard holdsRead else { return }
        holdsRead = false
        context?.read()
    }

    private func handle(_ request: HTTPRequest) {
        state = .answering
        current = request
        let asked = worker.routes.asked(by: request)
        kind = RequestKind(asked)
        span = request.traceparent == nil ? nil : RequestSpan(of: request, kind, in: worker.tracer)
        switch asked {
        case .answered(let response): answer(response)
        case .keys(let request): answer(worker.keysResponse(to: request))
        case .readiness: worker.readiness(answer)
        case .revocations(let request): worker.revocationsResponse(to: request, answer)
        case .chain(let request, let hash): answer(worker.chainResponse(to: request, hash: hash))
        case .token(let request):
            if isInTime() { take(worker.endpoint.token(request, from: address)) }
        case .introspection(let request):
            if isInTime() { take(worker.endpoint.introspection(request, from: address)) }
        case .revocation(let request): take(worker.endpoint.revocation(request, from: address))
        case .completion(let request, let task):
            take(worker.endpoint.completion(request, of: task, from: address))
        }
    }

    /// Whether the current request can be judged soon; when not it is turned away. What ends something always can.
    private func isInTime() -> Bool {
        let waited = NIODeadline.now() - arrivals.time(ofByte: parser.taken)
        if worker.desk.hasTime(forOneThatWaited: .nanoseconds(waited.nanoseconds)) { return true }
        // Behind it wait others that were sent without waiting for an answer: no pause would slow them down.
        if parser.isInside, current?.keepsAlive == true, !isFinishing, let context, context.channel.isWritable {
            worker.turnstile.count()
            report(Turnstile.response)
            context.write(wrapOutboundOut(ByteBuffer(bytes: Turnstile.refusal(date: worker.dateText()))), promise: nil)
            needsFlush = true
            goOn()
        } else {
            worker.turnstile.turnAway(answer)
        }
        return false
    }

    private func take(_ parsed: ClientEndpoint.Parsed) {
        // Since its last bytes came, or the answer before it was out.
        worker.metrics.parse.recordNanoseconds((.now() - lastActive).nanoseconds)
        switch parsed {
        case .request(let asked):
            kind.grant = RequestKind.Grant(asked)
            worker.desk.take(asked, answer: answer)
        case .refused(let refusal): worker.desk.refuse(refusal, from: address, answer: answer)
        case .answered(let response): answer(response)
        }
    }

    private func report(_ response: HTTPResponse) {
        worker.report(response, to: kind, from: address, in: span)
        span?.end(status: response.status)
        span = nil
    }

    private func answer(_ response: HTTPResponse) {
        report(response)
        guard case .answering = state, let context else { return }
        let keepsAlive = (current?.keepsAlive ?? false) && !response.closes && !isFinishing
        let head = response.head(date: worker.dateText(), keepsAlive: keepsAlive)
        // The body of an answer to `HEAD` is counted and not sent (RFC 9110 §9.3.2).
        let hasBody = current?.method != "HEAD" && response.status != 304
        let isLarge = hasBody && response.body.count > Self.largeBody
        var bytes = context.channel.allocator.buffer(capacity: head.count + (isLarge ? 0 : response.body.count))
        bytes.writeBytes(head)
        if hasBody, !isLarge { bytes.writeBytes(response.body) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.answered(keepsAlive: keepsAlive) }
        if isLarge {
            context.write(wrapOutboundOut(bytes), promise: nil)
            bytes = worker.shared(response.body)
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
    }

    private func answered(keepsAlive: Bool) {
        guard case .answering = state else { return }
        guard keepsAlive else {
            current = nil
            return drain()
        }
        goOn()
        readOn()
        readRequests()
    }

    /// Is ready for the next request.
    private func goOn() {
        current = nil
        state = .open
        lastActive = .now()
        startedAt = parser.isInside ? lastActive : nil
    }

    /// The connection cannot be understood any more: says why, and closes.
    func refuse(_ failure: HTTPFailure) {
        state = .answering
        current = nil
        kind = RequestKind()
        var response = OAuthError.response(
            status: failure.status, code: "invalid_request", description: failure.detail, reason: failure.reason,
            requestID: nil, fields: TokenResponse.noStore)
        response.closes = true
        answer(response)
    }

    /// Closes our side and throws away what still comes: closing at once would reset the connection, and the other side
    /// might never see the answer.
    private func drain() {
        state = .draining(since: .now())
        parser = HTTPParser()
        context?.close(mode: .output, promise: nil)
        readOn()
    }

    func closeNow() {
        context?.close(promise: nil)
    }

    private func write(_ bytes: [UInt8]) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
    }

    private var isAnswering: Bool {
        if case .answering = state { true } else { false }
    }

    private var isOver: Bool {
        switch state {
        case .open, .answering: false
        case .draining, .closed: true
        }
    }
}
