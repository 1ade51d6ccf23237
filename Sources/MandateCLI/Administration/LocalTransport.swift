import Glibc
import MandateAdmin

/// Administration in this process, while no server runs; the lock on the data directory is held until it is gone.
final class LocalTransport: AdministrationTransport {
    private let installation: Assembly.Installation

    init(_ installation: Assembly.Installation) {
        self.installation = installation
    }

    deinit {
        installation.store.close()
    }

    func send(_ call: AdministrationCall) async throws -> AdministrationAnswer {
        let request = AdminRequest(
            method: call.method, target: call.target, body: call.body?.canonical ?? [], operatorName: "operator")
        guard let request else { throw CommandFailure("the request cannot be written as a path: check the names") }
        let response = await installation.api.respond(to: request)
        return try AdministrationAnswer(status: response.status, raw: response.body, isText: call.isText)
    }
}

/// Whether anybody listens on a Unix domain socket.
enum UnixSocket {
    static func accepts(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
