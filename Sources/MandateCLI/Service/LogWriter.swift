import Dispatch
import Glibc
import Synchronization

/// Writes log lines to standard error on a thread of its own, so that nobody who logs ever waits for whoever reads.
/// When the reader is too slow lines are dropped, and counted.
final class LogWriter: Sendable {
    private struct Waiting {
        var lines: [UInt8] = []
        var dropped = 0
        var isWriting = false
    }

    private static let capacity = 1024 * 1024
    private let waiting = Mutex(Waiting())
    private let queue = DispatchQueue(label: "log")

    func write(_ line: String) {
        let starts = waiting.withLock { waiting in
            guard waiting.lines.count + line.utf8.count < Self.capacity else {
                waiting.dropped += 1
                return false
            }
            waiting.lines.append(contentsOf: line.utf8)
            waiting.lines.append(UInt8(ascii: "\n"))
            defer { waiting.isWriting = true }
            return !waiting.isWriting
        }
        if starts { queue.async { self.drain() } }
    }

    /// Writes what waits, for at most a second.
    func finish() {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + 1)
    }

    private func drain() {
        while true {
            let (lines, dropped) = waiting.withLock { waiting in
                let taken = (waiting.lines, waiting.dropped)
                waiting.lines = []
                waiting.dropped = 0
                if taken.0.isEmpty { waiting.isWriting = false }
                return taken
            }
            if lines.isEmpty { return }
            do throws(CommandFailure) {
                try FileBytes.write(lines, to: STDERR_FILENO, called: "standard error")
            } catch {
                // Where nobody listens, there is nobody to tell.
            }
            if dropped > 0 { StandardError.line("\(dropped) log lines were dropped: standard error is too slow") }
        }
    }
}
