import CoreMetrics
import NIOCore

/// The connections of one event loop, so that one task watches over all their deadlines.
final class ConnectionTable {
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private let capacity: Int
    /// Some that were idle longest when last looked at, the longest last.
    private var oldest: [(connection: ConnectionHandler, since: NIODeadline)] = []
    private static let remembered = 64
    /// Shows how many are open.
    private let open: Meter

    init(capacity: Int, open: Meter) {
        self.capacity = capacity
        self.open = open
    }

    var isEmpty: Bool { connections.isEmpty }

    /// Takes a new connection; above capacity the one that is idle longest goes, or the new one when none is idle.
    func add(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        open.set(connections.count)
        guard connections.count > capacity else { return }
        (idleLongest(except: connection) ?? connection).closeNow()
    }

    /// Looks at all connections only when those found last time are used up: who is idle since then is still the oldest.
    private func idleLongest(except newest: ConnectionHandler) -> ConnectionHandler? {
        while let (candidate, since) = oldest.popLast() {
            guard connections[ObjectIdentifier(candidate)] === candidate else { continue }
            if candidate.isIdle, candidate.lastActive == since { return candidate }
        }
        oldest = connections.values.filter { $0.isIdle && $0 !== newest }.map { ($0, $0.lastActive) }
            .sorted { $0.since > $1.since }.suffix(Self.remembered)
        return oldest.popLast()?.connection
    }

    func remove(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = nil
        open.set(connections.count)
    }

    /// Ends what is over its time.
    func sweep(at now: NIODeadline) {
        for connection in connections.values { connection.checkDeadlines(at: now) }
    }

    /// Closes what is idle; the rest closes after its answer.
    func drain() {
        for connection in connections.values { connection.finish() }
    }

    func closeAll() {
        for connection in connections.values { connection.closeNow() }
    }
}
