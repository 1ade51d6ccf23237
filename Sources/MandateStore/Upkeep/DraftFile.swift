import Glibc
import MandateCore

/// A file in the making. Under its own name it appears whole or not at all, it overwrites nothing, and only its owner may
/// read it. What is not published is gone with the value.
final class DraftFile {
    /// Where it is written meanwhile: beside its place.
    let path: String
    /// Open for reading and writing.
    let descriptor: Int32
    private let place: String
    private let directory: String
    private var isPublished = false

    /// What SQLite may put beside a database.
    private static let companions = ["-journal", "-wal", "-shm"]

    /// Begins the file `place`, an absolute path, where nothing may be. What is `besidesOld` may be there until it is
    /// published.
    init(for place: String, besidesOld: Bool = false) throws(Problem) {
        guard let slash = place.lastIndex(of: "/"), slash != place.index(before: place.endIndex) else {
            throw Problem(.invalid, field: "file", "must be the absolute path of a file")
        }
        directory = slash == place.startIndex ? "/" : String(place[..<slash])
        self.place = place
        var found = stat()
        guard besidesOld || lstat(place, &found) != 0 else { throw Self.taken }
        let mark = String(UInt64.random(in: .min ... .max), radix: 36)
        path = "\(directory)/.\(place[place.index(after: slash)...]).\(mark)"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Problem(.invalid, field: "file", "cannot be made there: \(SystemError.text); name another directory")
        }
    }

    deinit {
        close(descriptor)
        if !isPublished { for companion in Self.companions + [""] { unlink(path + companion) } }
    }

    private static let taken = Problem(.conflict, field: "file", "is there already: give a name that is free")

    /// Refuses to begin what the disk has no room for, so that a copy does not stop the service beside it.
    func require(room bytes: Int64) throws(Problem) {
        var found = statvfs()
        guard fstatvfs(descriptor, &found) == 0 else { return }
        let (free, overflow) = Int64(clamping: found.f_bavail).multipliedReportingOverflow(
            by: Int64(clamping: found.f_frsize))
        guard overflow || free >= bytes else {
            throw Problem(
                .conflict, field: "file", "needs \(bytes) bytes, and its disk has \(free): make room, or use another")
        }
    }

    /// How many bytes there are.
    func length() throws(Problem) -> Int64 {
        let length = lseek(descriptor, 0, SEEK_END)
        guard length >= 0 else { throw Self.unwritten }
        return Int64(length)
    }

    /// Writes where the descriptor stands: behind what was written, or at the end after ``length()``.
    func write(_ bytes: [UInt8]) throws(Problem) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { rest in
                Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.unwritten }
            written += count
        }
    }

    /// Puts what was written so far on the disk, so that the rest has less to wait for.
    func flush() throws(Problem) {
        guard fdatasync(descriptor) == 0 else { throw Self.unwritten }
    }

    /// Lets the system forget what it remembers of the file, so that it is read from the disk again.
    func forget() {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Takes back what was published a moment ago.
    func withdraw() {
        if isPublished { unlink(place) }
    }

    /// Gives the file its name, durably.
    func publish() throws(Problem) {
        guard fsync(descriptor) == 0 else { throw Self.unwritten }
        try dropCompanions()
        // The empty file holds the place: a rename alone would overwrite what came there meanwhile.
        let holder = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard holder >= 0 else { throw errno == EEXIST ? Self.taken : Self.unwritten }
        close(holder)
        guard rename(path, place) == 0 else {
            let failure = Self.unwritten
            unlink(place)
            throw failure
        }
        isPublished = true
        do {
            try Directory.sync(directory)
        } catch {
            unlink(place)
            throw error
        }
    }

    /// A log beside the draft would stay behind, and with it what is only there.
    private func dropCompanions() throws(Problem) {
        for companion in Self.companions {
            var found = stat()
            guard lstat(path + companion, &found) == 0 else { continue }
            guard companion == "-shm" || found.st_size == 0 else {
                throw Problem(.unavailable, field: "file", "is not whole without a log beside it; it was removed again")
            }
            unlink(path + companion)
        }
    }

    private static var unwritten: Problem {
        Problem(.unavailable, field: "file", "could not be written: \(SystemError.text); it was removed again")
    }
}
