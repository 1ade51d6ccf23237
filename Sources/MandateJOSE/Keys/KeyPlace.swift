import Glibc

/// An open key file or keys directory, and what to call it in a sentence. Closed when it goes out of use.
struct KeyPlace: ~Copyable {
    let number: Int32
    private let shown: String
    private static let longestFile = 64 * 1024

    /// Opens without following a symlink, and without waiting for the other end of a pipe.
    init(opening name: String, in directory: Int32, flags: Int32, shown: String) throws(JOSEError) {
        number = openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        self.shown = shown
        if number >= 0 { return }
        let code = errno
        var found = stat()
        let isLink = fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && found.st_mode & S_IFMT == S_IFLNK
        throw .keyFile("\(shown) \(Self.fault(code, isLink: isLink))")
    }

    deinit {
        close(number)
    }

    /// A new file in this directory that nobody else may read.
    func create(_ name: String, calling shown: String) throws(JOSEError) -> KeyPlace {
        let file = try KeyPlace(opening: name, in: number, flags: O_WRONLY | O_CREAT | O_EXCL, shown: shown)
        guard fchmod(file.number, 0o600) == 0 else { throw file.failed("be given the mode 0600") }
        return file
    }

    /// A file in this directory, to be read.
    func open(_ name: String, calling shown: String) throws(JOSEError) -> KeyPlace {
        try KeyPlace(opening: name, in: number, flags: O_RDONLY, shown: shown)
    }

    /// Gives a finished file its name; refuses when there is one already.
    func link(_ draft: String, to name: String, calling shown: String) throws(JOSEError) {
        guard linkat(number, draft, number, name, 0) == 0 else {
            if errno == EEXIST { throw .keyFile("\(shown) is there already: remove it first if it is not needed") }
            throw .keyFile("\(shown) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Refuses what is of another kind, belongs to somebody else or is open to others.
    func check(kind: mode_t, mode allowed: mode_t) throws(JOSEError) {
        var found = stat()
        guard fstat(number, &found) == 0 else { throw failed("be looked at") }
        guard found.st_mode & S_IFMT == kind else {
            let wanted = kind == S_IFDIR ? "directory" : "regular file"
            throw .keyFile("\(shown) is not a \(wanted): put the real one in its place")
        }
        guard found.st_uid == geteuid() || found.st_uid == 0 else {
            throw .keyFile("\(shown) belongs to another account (uid \(found.st_uid)): run chown \(geteuid()) on it")
        }
        let mode = found.st_mode & 0o7777
        guard mode & 0o777 & ~allowed == 0 else {
            let fault = mode & 0o044 != 0 ? "is readable by others" : "has a mode that is too open"
            let (mode, wanted) = (String(mode, radix: 8), String(allowed, radix: 8))
            throw .keyFile("\(shown) \(fault) (mode 0\(mode)): run chmod \(wanted) on it")
        }
    }

    /// All bytes of a file that passed the check.
    func checkedBytes() throws(JOSEError) -> [UInt8] {
        try check(kind: S_IFREG, mode: 0o600)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Self.longestFile {
            let count = Glibc.read(number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failed("be read") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
        }
        throw .keyFile("\(shown) is longer than any key: restore it from its backup, or make a new key")
    }

    func write(_ bytes: [UInt8]) throws(JOSEError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(number, Array(rest), rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failed("be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// Returns when what was written is on the disk.
    func synchronize() throws(JOSEError) {
        guard fsync(number) == 0 else { throw failed("be put on the disk") }
    }

    private func failed(_ deed: String) -> JOSEError {
        .keyFile("\(shown) cannot \(deed): \(String(cString: strerror(errno)))")
    }

    private static func fault(_ code: Int32, isLink: Bool) -> String {
        if isLink { return "is a symlink: put the real one in its place" }
        switch code {
        case ENOENT: return "is missing: restore it from its backup, or make a new key"
        case ENOTDIR: return "is not a directory: name the directory with the keys"
        case EACCES: return "may not be read by this account (uid \(geteuid())): run chown \(geteuid()) on it"
        default: return "cannot be opened: \(String(cString: strerror(code)))"
        }
    }
}
