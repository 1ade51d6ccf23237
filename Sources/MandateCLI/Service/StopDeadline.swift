import Foundation

/// Ends the process when a stop does not end by itself: whoever waits for it starts another one.
enum StopDeadline {
    /// Longer than a stop may take: five seconds for what is in flight, and as long again for the disk.
    private static let seconds: TimeInterval = 20

    /// From now on. What is durable stays; nothing else was ever said.
    static func begin() {
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: seconds)
            StandardError.line("mandate: the stop did not end within \(Int(seconds)) seconds: ended")
            exit(1)
        }
    }
}
