import Foundation
import MandateCore
import MandateJOSE
import Synchronization

@testable import MandateStore

/// A directory with a database of its own, gone with the value.
final class Place: Sendable {
    let directory: String
    /// What the store takes for the time.
    let clock = SetClock()

    static let issuer = Issuer("https://tokens.example")!

    /// A fresh directory with an empty database in it.
    init(in parent: String = NSTemporaryDirectory()) throws {
        directory = parent + "/mandate-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Store.create(path: database, issuer: Self.issuer, digests: OpenSSLDigests())
    }

    /// A copy of what the process at `other` would leave behind if it were killed now.
    init(copying other: Place) throws {
        directory = (other.directory as NSString).deletingLastPathComponent + "/mandate-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        clock.set(other.clock.now)
        for name in ["/mandate.db", "/mandate.db-wal", "/mandate.db.checkpoint"]
        where FileManager.default.fileExists(atPath: other.directory + name) {
            try FileManager.default.copyItem(atPath: other.directory + name, toPath: directory + name)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Where thousands of databases are made and gone in seconds.
    static let inMemory =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()

    var database: String { directory + "/mandate.db" }

    func open(as issuer: Issuer = Place.issuer) throws(Problem) -> Store {
        try Store(
            path: database, issuer: issuer, digests: OpenSSLDigests(), random: RandomBytes.few,
            now: { [clock] in clock.now }, report: { _ in })
    }

    /// What the database file holds now; nil when there is none.
    var bytes: Data? { FileManager.default.contents(atPath: database) }

    /// Changes the closed database behind the store's back.
    func tamper(_ sql: String) throws {
        let connection = try Connection(path: database, access: .writing)
        try connection.execute(sql)
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}

/// A clock that stands where it is put.
final class SetClock: Sendable {
    private let instant = Mutex(Instant(seconds: 1_800_000_000))

    var now: Instant { instant.withLock { $0 } }

    func set(_ time: Instant) { instant.withLock { $0 = time } }

    func advance(bySeconds seconds: Int64) {
        instant.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}

/// Holds the writer until it is let go, so that what comes meanwhile must wait.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Stands in the gate until it is opened.
    func pass() {
        entered.signal()
        opened.wait()
    }

    /// Returns when somebody stands in the gate.
    func reached() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [entered] in
                entered.wait()
                continuation.resume()
            }
        }
    }

    func open() { opened.signal() }
}
