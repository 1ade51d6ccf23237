import Foundation
import Glibc
import MandateCore
import Synchronization

/// The newest checkpoint as a file beside the database, for others to ship off the machine. A thread of its own writes
/// it, so that the ledger never waits for it.
final class CheckpointFile: Sendable {
    private struct State {
        var waiting: [UInt8]?
        var isStopped = false
    }

    private let path: String
    private let report: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// Under load checkpoints come faster than disks like files to be put on them; the newest wins.
    private static let pause = 0.25

    init(besideDatabase database: String, report: @escaping @Sendable (String) -> Void) {
        path = Self.path(besideDatabase: database)
        self.report = report
        let thread = Thread { [self] in run() }
        thread.name = "checkpoint-file"
        thread.start()
    }

    static func path(besideDatabase database: String) -> String { database + ".checkpoint" }

    /// Takes a note to be written; returns at once.
    func publish(_ note: [UInt8]) {
        state.withLock { $0.waiting = note }
        wake.signal()
    }

    /// Writes what waits and ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
        finished.wait()
        finished.signal()
    }

    private func run() {
        var hasFailed = false
        while true {
            wake.wait()
            let (note, isStopped) = state.withLock { state in
                defer { state.waiting = nil }
                return (state.waiting, state.isStopped)
            }
            if let note {
                let fault = Self.replace(path, with: note)
                if let fault, !hasFailed {
                    report("the checkpoint file beside the database cannot be written: \(fault)")
                }
                hasFailed = fault != nil
            }
            if isStopped { break }
            if note != nil { Thread.sleep(forTimeInterval: Self.pause) }
        }
        finished.signal()
    }

    /// The file's content; nil when there is no file.
    static func read(_ path: String) throws(Problem) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw Problem(.unavailable, "\(path) cannot be read: \(SystemError.text); mend that, or move it away")
        }
        defer { close(number) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= SignedNote.longest {
            let count = Glibc.read(number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Problem(.unavailable, "\(path) cannot be read: \(SystemError.text); mend that, or move it away")
            }
            if count == 0 { break }
            bytes.append(contentsOf: block[..<count])
        }
        return bytes
    }

    /// Whoever opens the file finds the old note or the new one, also after a power cut. Readable by others: it is made to
    /// be shipped, by an account that may see nothing else, and holds no secret.
    private static func replace(_ path: String, with note: [UInt8]) -> String? {
        let draft = path + ".new"
        unlink(draft)
        let number = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard number >= 0 else { return SystemError.text }
        defer { close(number) }
        var rest = note[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in write(number, bytes.baseAddress, bytes.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return SystemError.text }
            rest = rest.dropFirst(count)
        }
        guard fchmod(number, 0o644) == 0, fsync(number) == 0, rename(draft, path) == 0 else { return SystemError.text }
        return nil
    }
}
