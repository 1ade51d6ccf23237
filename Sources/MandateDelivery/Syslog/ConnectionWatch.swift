import NIOCore
import Synchronization

/// Stands at the end of a connection that only sends: keeps the first error, and throws away what is received.
final class ConnectionWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let first = Mutex<String?>(nil)

    /// What went wrong first; nil while nothing has.
    var fault: String? { first.withLock { $0 } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        first.withLock { if $0 == nil { $0 = "\(error)" } }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
