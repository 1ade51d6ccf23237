import Glibc
import MandateCore

/// The database as a file: one name, one owner, nobody else's business.
struct DatabaseFile {
    /// Absolute and without symlinks, so that every way to the file leads to one lock.
    let path: String

    /// Finds the file at `path` and refuses one that others could reach or that has two names.
    init(at path: String) throws(Problem) {
        guard let resolved = realpath(path, nil) else {
            throw Problem(
                .notFound, "there is no database at \(path): make one with mandate init, or restore it from a backup")
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        var found = stat()
        guard lstat(self.path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            throw Problem(.invalid, "the database \(path) is no file: move it away and restore the database")
        }
        guard found.st_uid == geteuid() || found.st_uid == 0 else {
            throw Problem(.invalid, "the database \(path) belongs to another user: run as that user, or chown it")
        }
        guard found.st_mode & 0o077 == 0 else {
            let mode = String(found.st_mode & 0o777, radix: 8)
            throw Problem(.invalid, "the database \(path) is open to others (mode \(mode)): run chmod 600 on it")
        }
        guard found.st_nlink == 1 else {
            throw Problem(.invalid, "the database \(path) has a second name (hard link): remove the other one")
        }
    }
}
