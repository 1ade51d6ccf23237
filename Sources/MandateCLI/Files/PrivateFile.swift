import Glibc

/// A file only its owner reads, replaced in one step: whoever opens it sees the old content or the new, never a part.
struct PrivateFile {
    let path: String

    /// Puts `bytes` in the file's place with mode 0400.
    func replace(with bytes: [UInt8]) throws(CommandFailure) {
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let number = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o400)
        guard number >= 0 else { throw failure("made") }
        do throws(CommandFailure) {
            defer { close(number) }
            try FileBytes.write(bytes, to: number, called: draft)
            guard fchmod(number, 0o400) == 0, fsync(number) == 0 else { throw failure("written") }
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
