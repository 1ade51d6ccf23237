import Glibc
import MandateCore

/// A file with one secret in it, which nobody but its owner may read.
struct SecretFile: Sendable {
    let path: String
    private static let longest = 4096

    /// The secret: visible ASCII on one line. Read anew each time, so that it can be replaced.
    func read() throws(Problem) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Problem(.invalid, "\(path) is no file that can be read: check the path")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Problem(.invalid, "\(path) can be read by others than its owner: chmod 600 it")
        }
        let bytes: [UInt8]
        do throws(CommandFailure) {
            bytes = try FileBytes.read(path, limit: Self.longest)
        } catch {
            throw Problem(.invalid, error.description)
        }
        let secret = String(decoding: bytes, as: UTF8.self).trimmed
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(.invalid, "\(path) does not hold one token on one line: write it again")
        }
        return secret
    }
}
