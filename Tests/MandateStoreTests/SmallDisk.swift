import Foundation
import Glibc

/// A small file system in memory, gone with the value.
final class SmallDisk: Sendable {
    let path: String

    /// Whether this process may mount one.
    static let isPossible = (try? SmallDisk()) != nil

    init() throws {
        path = NSTemporaryDirectory() + "/mandate-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=2m") == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all the room that is left.
    func fill() throws {
        let descriptor = Glibc.open(path + "/filler", O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, page, page.count) > 0 {}
        Glibc.close(descriptor)
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/filler") }
}
