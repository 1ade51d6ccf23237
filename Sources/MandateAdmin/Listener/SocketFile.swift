import Glibc
import MandateCore

/// The Unix domain socket that operators open; whoever can open it is one.
struct SocketFile: Sendable {
    let path: String

    /// What fits a `sockaddr_un` everywhere, with its final NUL.
    static let longestPath = 103

    /// Removes what a server left behind, and makes sure that what is bound next belongs to its owner alone from the
    /// first moment.
    func makeWay() throws(Problem) {
        guard path.utf8.count <= Self.longestPath else {
            throw Problem(
                .invalid, field: "socket",
                "the path of the socket has more than \(Self.longestPath) bytes: choose a shorter one")
        }
        umask(0o077)
        guard let kind = mode()?.kind else { return }
        guard kind == S_IFSOCK else {
            throw Problem(
                .conflict, field: "socket", "\(path) is there and is no socket: move it away or choose another path")
        }
        guard !UnixSocket.accepts(path) else {
            throw Problem(
                .conflict, field: "socket",
                "another server is administered through \(path): give this one a socket of its own")
        }
        remove()
    }

    /// Opens the bound socket to its owner and to nobody else, and makes sure of it.
    func restrict() throws(Problem) {
        guard chmod(path, 0o600) == 0, let mode = mode(), mode.kind == S_IFSOCK, mode.permissions == 0o600 else {
            throw Problem(
                .unavailable, field: "socket", "\(path) could not be restricted to its owner: choose another directory")
        }
    }

    /// Removes the socket; anything else stays.
    func remove() {
        if mode()?.kind == S_IFSOCK { unlink(path) }
    }

    private func mode() -> (kind: mode_t, permissions: mode_t)? {
        var found = stat()
        guard lstat(path, &found) == 0 else { return nil }
        return (found.st_mode & S_IFMT, found.st_mode & 0o777)
    }
}
