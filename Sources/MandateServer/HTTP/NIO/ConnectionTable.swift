import CoreMetrics
import NIOCore

/// The connections of one event loop, so that one task watches over all their deadlines.
final class ConnectionTable {
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private let capacity: Int
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
        let idle = connections.values.filter { $0.isIdle && $0 !== connection }
        (idle.min { $0.lastActive < $1.lastActive } ?? connection).closeNow()
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
