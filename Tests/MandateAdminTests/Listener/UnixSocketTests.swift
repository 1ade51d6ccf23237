import Foundation
import MandateAdmin
import Testing

@Suite("A Unix domain socket")
struct UnixSocketTests {
    @Test("that nobody made, that is a file, or that no address has room for, has no listener")
    func nobody() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
        #expect(!UnixSocket.accepts(file))
        try Data().write(to: URL(fileURLWithPath: file))
        defer { unlink(file) }
        #expect(!UnixSocket.accepts(file))
        #expect(!UnixSocket.accepts("/tmp/" + String(repeating: "x", count: 200)))
    }

    @Test("has a listener as long as one takes connections, also when as many wait as it takes")
    func somebody() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { unlink(path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        #expect(!UnixSocket.accepts(path))
        #expect(listen(descriptor, 0) == 0)
        // Nobody accepts: after the first few, no more fit the queue.
        for _ in 0..<5 { #expect(UnixSocket.accepts(path)) }
        close(descriptor)
        #expect(!UnixSocket.accepts(path))
    }
}
