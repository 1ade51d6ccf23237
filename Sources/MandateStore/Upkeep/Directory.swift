import Glibc
import MandateCore

/// The names in a directory.
enum Directory {
    /// Makes the names durable.
    static func sync(_ path: String) throws(Problem) {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if opened >= 0 { close(opened) } }
        guard opened >= 0, fsync(opened) == 0 else {
            throw Problem(.unavailable, "the directory could not be made durable: \(SystemError.text)")
        }
    }
}
