import Glibc
public import NIOCore

/// The first handler of a listening channel: when there is no descriptor or memory to accept with, connections wait for a
/// moment.
///
/// NIO's own `AcceptBackoffHandler` holds back the next read; but a read that fails stays pending, so the loop is woken
/// for it again and again. Automatic reads off and on deregister it in between.
public final class AcceptPause: ChannelInboundHandler, Sendable {
    public typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(200)

    public init() {}

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.passes(error.errnoCode) else {
            context.fireErrorCaught(error)
            return
        }
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenSuccess {
            channel.eventLoop.scheduleTask(in: Self.pause) { channel.setOption(.autoRead, value: true) }
        }
    }

    /// The errors of accept(2) that NIO does not close a listening channel for.
    private static func passes(_ code: CInt) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED].contains(code)
    }
}
