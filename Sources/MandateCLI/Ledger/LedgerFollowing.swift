import MandateAdmin
import MandateCore
import UnixSignals

/// Shows records as they come, each once and none left out, whatever becomes of the server meanwhile.
///
/// The lock on the data directory is held no longer than the first look takes: a server must be able to start.
struct LedgerFollowing: Sendable {
    enum Start: Sendable {
        case after(Int64)
        /// With so many of the newest.
        case newest(Int)
    }

    let settings: Settings
    let filter: [String: String]

    private static let pause = Duration.milliseconds(500)

    /// Stops at SIGINT or SIGTERM, in whatever it is, and when the output is closed.
    func run(from start: Start, _ show: @escaping @Sendable (StoredRecord) throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let (ends, announce) = AsyncStream<(any Error)?>.makeStream()
        let waiting = Task {
            for await _ in signals { break }
            announce.yield(nil)
        }
        let following = Task {
            do {
                try await follow(from: start, show)
            } catch {
                announce.yield(error)
            }
        }
        defer {
            waiting.cancel()
            following.cancel()
        }
        for await end in ends {
            if let end { throw end }
            return
        }
    }

    private func follow(from start: Start, _ show: @Sendable (StoredRecord) throws -> Void) async throws {
        var position = try await begin(start, show)
        while true {
            try await Task.sleep(for: Self.pause)
            guard UnixSocket.accepts(settings.socket) else { continue }
            try await lookOn(Administration(SocketTransport(socket: settings.socket)), &position, show)
        }
    }

    /// The first look, with the server or without one.
    private func begin(_ start: Start, _ show: (StoredRecord) throws -> Void) async throws -> Int64 {
        let server = Administration(try await Assembly.administration(settings))
        switch start {
        case .after(let sequence):
            var position = sequence
            try await lookOn(server, &position, show)
            return position
        case .newest(let count):
            let head = try await server.latestRecords(1).first?.sequence ?? 0
            for record in try await server.latestRecords(count, matching: query) where record.sequence <= head {
                try show(record)
            }
            return head
        }
    }

    /// Shows what passes after `position` and moves it along. When the server does not answer, it stays where it is.
    private func lookOn(
        _ server: Administration, _ position: inout Int64, _ show: (StoredRecord) throws -> Void
    ) async throws {
        do {
            // Everything up to the newest record of now is looked at below, whether it passes or not.
            let newest = try await server.latestRecords(1).first?.sequence ?? 0
            guard newest > position else { return }
            try await server.records(after: position, matching: query) { record in
                do { try show(record) } catch { throw Unshown(cause: error) }
                position = record.sequence
            }
            position = max(position, newest)
        } catch let unshown as Unshown {
            throw unshown.cause
        } catch let refused as Refused where refused.status < 500 {
            throw refused
        } catch is Refused {
        } catch is CommandFailure {
            // The server is away, or is going: its next answer goes on from here.
        }
    }

    private var query: Administration.Query { filter.map { (name: $0.key, value: $0.value) } }

    /// A record could not be printed: that is the end, unlike what goes wrong with the server.
    private struct Unshown: Error {
        let cause: any Error
    }
}
