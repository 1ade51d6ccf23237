import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// An engine made of a real socket, which does to each request what it is told, whatever HTTP says.
final class RawEngine: Sendable {
    /// What it does with the requests of a connection.
    enum Conduct: Sendable {
        case silence
        /// Writes this, and closes when it says so.
        case answer([UInt8], thenCloses: Bool = false)
        /// Writes a byte at a time.
        case drip([UInt8], every: TimeAmount)
        case closeOnAccept
        case closeOnRequest
        /// Answers the first request of a connection and closes at the second.
        case answerOnce([UInt8])
    }

    /// What came.
    struct Seen: Sendable {
        var connections = 0
        var open = 0
        var mostOpen = 0
        var requests: [String] = []
    }

    private let log = Mutex(Seen())
    private let address = Mutex(0)

    var seen: Seen { log.withLock { $0 } }
    var port: Int { address.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)" }

    /// One that listens until `body` is through.
    static func run(
        _ conduct: Conduct, tls: NIOSSLContext? = nil, _ body: (RawEngine) async throws -> Void
    ) async throws {
        let engine = RawEngine()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Connection(engine, conduct))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        engine.address.withLock { $0 = listener.localAddress?.port ?? 0 }
        do {
            try await body(engine)
        } catch {
            try await listener.close()
            throw error
        }
        try await listener.close()
    }

    fileprivate func note(_ change: @Sendable (inout Seen) -> Void) { log.withLock { change(&$0) } }

    /// A port where nobody listens.
    static func nobody() async throws -> String {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 1
        try await listener.close()
        return "http://127.0.0.1:\(port)"
    }
}

extension RawEngine.Conduct {
    /// A 200 as an engine sends it.
    static func json(_ body: String) -> [UInt8] {
        reply("200 OK", type: "application/json", body)
    }

    static func reply(_ status: String, type: String, _ body: String, extra: String = "") -> [UInt8] {
        Array(
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\(extra)\r\n\(body)"
                .utf8)
    }
}

extension RawEngine.Conduct: CustomTestStringConvertible {
    var testDescription: String {
        switch self {
        case .silence: "says nothing"
        case .answer(let bytes, let closes):
            "\(bytes.count) bytes\(closes ? ", then closes" : ""): "
                + String(decoding: bytes.prefix(90), as: UTF8.self).replacing("\r\n", with: "|")
        case .drip: "drips"
        case .closeOnAccept: "closes at once"
        case .closeOnRequest: "closes when asked"
        case .answerOnce: "closes when asked again"
        }
    }
}

/// One connection of a raw engine: knows where a request ends, and nothing else.
private final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let engine: RawEngine
    private let conduct: RawEngine.Conduct
    private var unread = ""
    private var answered = 0

    init(_ engine: RawEngine, _ conduct: RawEngine.Conduct) {
        self.engine = engine
        self.conduct = conduct
    }

    func channelActive(context: ChannelHandlerContext) {
        engine.note { seen in
            seen.connections += 1
            seen.open += 1
            seen.mostOpen = max(seen.mostOpen, seen.open)
        }
        if case .closeOnAccept = conduct { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        engine.note { $0.open -= 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread += String(buffer: unwrapInboundIn(data))
        while let request = nextRequest() {
            engine.note { $0.requests.append(request) }
            respond(context)
        }
    }

    private func nextRequest() -> String? {
        let parts = unread.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let length = parts[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let count = length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        guard parts[1].utf8.count >= count else { return nil }
        let request = "\(parts[0])\r\n\r\n\(String(decoding: parts[1].utf8.prefix(count), as: UTF8.self))"
        unread = String(decoding: parts[1].utf8.dropFirst(count), as: UTF8.self)
        return request
    }

    private func respond(_ context: ChannelHandlerContext) {
        switch conduct {
        case .silence, .closeOnAccept: break
        case .closeOnRequest: context.close(promise: nil)
        case .answer(let bytes, let closes):
            write(bytes[...], context)
            if closes { context.close(promise: nil) }
        case .drip(let bytes, let pause): drip(bytes[...], every: pause, context)
        case .answerOnce(let bytes):
            answered += 1
            if answered > 1 { context.close(promise: nil) } else { write(bytes[...], context) }
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func drip(_ bytes: ArraySlice<UInt8>, every pause: TimeAmount, _ context: ChannelHandlerContext) {
        guard !bytes.isEmpty, context.channel.isActive else { return }
        write(bytes.prefix(1), context)
        context.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.drip(bytes.dropFirst(), every: pause, context)
        }
    }
}
