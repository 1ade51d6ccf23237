import NIOCore
import Synchronization

/// The connections of a listener, never more than it may have: for a new one the connection goes that has waited longest
/// for its client.
final class ConnectionRegister: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Since when the client is expected to send something; nil while the server works.
        var waitingSince: NIODeadline?
    }

    private let capacity: Int
    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether there is room for a new connection, after the longest waiting one was closed if need be.
    func add(_ channel: any Channel) -> Bool {
        let (isAdded, evicted) = entries.withLock { entries -> (Bool, (any Channel)?) in
            var evicted: (any Channel)?
            if entries.count >= capacity {
                let waiting = entries.compactMap { entry in entry.value.waitingSince.map { (entry.key, $0) } }
                guard let longest = waiting.min(by: { $0.1 < $1.1 }) else { return (false, nil) }
                evicted = entries.removeValue(forKey: longest.0)?.channel
            }
            entries[ObjectIdentifier(channel)] = Entry(channel: channel, waitingSince: .now())
            return (true, evicted)
        }
        evicted?.close(promise: nil)
        guard isAdded else { return false }
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
        return true
    }

    /// Notes whether the server works for a connection or waits for its client.
    func note(_ channel: any Channel, isWorking: Bool) {
        entries.withLock { $0[ObjectIdentifier(channel)]?.waitingSince = isWorking ? nil : .now() }
    }

    private func remove(_ channel: any Channel) {
        entries.withLock { entries in
            if entries[ObjectIdentifier(channel)]?.channel === channel { entries[ObjectIdentifier(channel)] = nil }
        }
    }
}
