import AsyncHTTPClient
import MandateCore
import NIOCore
import NIOHTTP1
import NIOSSL

#if canImport(Glibc)
    import Glibc
#endif

extension EngineFailure {
    /// What an error of the HTTP client means here.
    init(_ error: any Error) {
        switch error {
        case let failure as EngineFailure: self = failure
        case let error as HTTPClientError: self = Self.meaning(of: error)
        case let error as IOError: self = [ECONNRESET, EPIPE].contains(error.errnoCode) ? .closed : .unreachable
        case ChannelError.connectTimeout: self = .timeout
        case NIOSSLError.uncleanShutdown, HTTPParserError.invalidEOFState, is ChannelError: self = .closed
        case is HTTPParserError: self = .unreadable
        default: self = .unreachable
        }
    }

    private static func meaning(of error: HTTPClientError) -> EngineFailure {
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
            .tlsHandshakeTimeout:
            .timeout
        case .remoteConnectionClosed: .closed
        case .cancelled, .alreadyShutdown: .stopped
        default: .unreadable
        }
    }
}
