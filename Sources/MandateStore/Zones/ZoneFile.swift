import Glibc
import MandateCore

/// One file of the time zone database.
enum ZoneFile {
    /// All of a regular file that is not too large for a zone; nil for anything else. A symbolic link is followed: so
    /// the database names a zone twice.
    static func bytes(of path: String) -> [UInt8]? {
        // A pipe under that name would make the opening wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= TimeZoneRules.largestFile
        else { return nil }
        return read(descriptor)
    }

    /// At most one byte more than a zone may have, by which it is known to be too large.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: TimeZoneRules.largestFile + 1)
        var filled = 0
        while filled < buffer.count {
            let room = buffer.count - filled
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { pread(descriptor, $0 + filled, room, off_t(filled)) } ?? -1
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            filled += count
        }
        return Array(buffer[..<filled])
    }
}
