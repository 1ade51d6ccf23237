import Synchronization

/// How much one way into administration may hold at once. Each way has a lane of its own, so that whoever fills one keeps
/// nobody out of the other.
final class Lane: Sendable {
    let connections: Int
    let threads: Int
    private let requests: Int
    private let bytes: Int
    private let held = Mutex((requests: 0, bytes: 0))

    /// - Parameters:
    ///   - requests: How many may be carried out at once.
    ///   - bytes: How many bytes the bodies of those may have together.
    init(connections: Int, requests: Int, bytes: Int, threads: Int = 2) {
        self.connections = connections
        self.requests = requests
        self.bytes = bytes
        self.threads = threads
    }

    /// For the operators' socket.
    static func socket() -> Lane { Lane(connections: 128, requests: 32, bytes: 64 << 20) }

    /// For the network.
    static func network() -> Lane { Lane(connections: 128, requests: 16, bytes: 48 << 20) }

    /// Takes room for a body of at most `count` bytes, which may come slowly; false when there is none.
    func hold(_ count: Int) -> Bool {
        held.withLock { held in
            guard count <= bytes - held.bytes else { return false }
            held.bytes += count
            return true
        }
    }

    /// Gives back the room of a body.
    func release(_ count: Int) {
        held.withLock { $0.bytes -= count }
    }

    /// Whether one more request, whose body is here, may be carried out now.
    func enter() -> Bool {
        held.withLock { held in
            guard held.requests < requests else { return false }
            held.requests += 1
            return true
        }
    }

    /// A request was carried out.
    func leave() {
        held.withLock { $0.requests -= 1 }
    }
}
