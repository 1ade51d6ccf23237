import Foundation
import MandateCore

/// The lock on a data directory: one process owns the database (docs/operations.md).
///
/// Held as long as the value lives; the kernel releases it when the process ends, however it ends.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock beside `database`, or says who cannot.
    init(for database: String) throws(Problem) {
        let path = database + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else {
            throw Problem(.unavailable, "the lock file beside the database cannot be opened: \(SystemError.text)")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw Problem(
                .conflict,
                "another mandate process is already running on this data directory; stop it, or use its socket")
        }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }
}
