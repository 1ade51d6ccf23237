import Glibc

/// A file that nobody but its owner reads, replaced in one step: whoever opens it sees the old content or the new, never a part.
struct PrivateFile {
    let path: String
    var mode: mode_t = 0o400

    /// Puts `bytes` in the file's place.
    func replace(with bytes: [UInt8]) throws(CommandFailure) {
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let number = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard number >= 0 else { throw failure("made") }
        do throws(CommandFailure) {
            defer { close(number) }
            try FileBytes.write(bytes, to: number, called: draft)
            guard fchmod(number, mode) == 0, fsync(number) == 0 else { throw failure("written") }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else {
            let failure = failure("replaced")
            unlink(draft)
            throw failure
        }
    }

    private func failure(_ deed: String) -> CommandFailure {
        CommandFailure("\(path) cannot be \(deed): \(FileBytes.reason()); give a path in a directory you may write to")
    }
}
