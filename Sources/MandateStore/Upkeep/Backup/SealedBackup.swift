import Glibc
import MandateCore

/// A file that `mandate backup` made, as it was made.
final class SealedBackup {
    private let descriptor: Int32
    private let length: Int64
    private let digests: any Digests

    /// Opens the file; whether its seal fits is found out when it is copied.
    init(at path: String, digests: any Digests) throws(Problem) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.digests = digests
        guard descriptor >= 0 else {
            length = 0
            throw Problem(.notFound, "the backup cannot be read: \(SystemError.text); check the path")
        }
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            length = 0
            throw Problem(.invalid, "the backup is no file: give one that mandate backup made")
        }
        length = Int64(found.st_size) - BackupSeal.length
        guard length > 0 else { throw Self.unsealed }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Copies the database in it. Every byte is checked against the seal on the way.
    func copy(into draft: DraftFile) throws(Problem) {
        try draft.require(room: length)
        let stop = StopFlag()
        var seal: [UInt8] = []
        try FileBlocks.each(of: descriptor, from: length, count: BackupSeal.length, until: stop) { seal += $0 }
        guard seal.starts(with: BackupSeal.mark) else { throw Self.unsealed }
        let found = try BackupSeal(over: descriptor, count: length, hashing: digests, until: stop) {
            (block) throws(Problem) in try draft.write(block)
        }
        guard found.bytes == seal else {
            throw Problem(
                .invalid, "the backup is damaged: its SHA-256 is not the one it was made with. Use another one")
        }
    }

    private static let unsealed = Problem(
        .invalid, "the file was not made by mandate backup, or its end is damaged: only such files can be restored")
}
