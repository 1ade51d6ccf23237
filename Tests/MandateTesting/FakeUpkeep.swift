public import MandateCore
import Synchronization

/// Copies nothing and remembers what it was asked to copy to.
public final class FakeUpkeep: DatabaseUpkeep {
    private let asked = Mutex<[String]>([])

    public init() {}

    public var files: [String] { asked.withLock { $0 } }

    public func backUp(to file: String) async throws(Problem) -> Backup {
        asked.withLock { $0.append(file) }
        return Backup(records: 3, lastSequence: 7, head: "sha256:00", bytes: 8192, checkpoint: 6)
    }

    public func archive(before moment: Instant, to file: String, by operatorName: String) async throws(Problem)
        -> Archive
    {
        asked.withLock { $0.append("\(file) \(moment) \(operatorName)") }
        return Archive(first: 1, last: 2, bytes: 100, digest: "00")
    }
}
