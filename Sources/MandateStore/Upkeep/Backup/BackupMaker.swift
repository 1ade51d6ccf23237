import Glibc
import MandateCore

/// Copies a database that is in use. It reads from one moment on a connection of its own, which neither writes nor
/// checkpoints: the writer goes on, and its log grows until the copy is made.
struct BackupMaker {
    let database: String
    let digests: any Digests
    let stop: StopFlag

    /// A megabyte: what is copied between two looks at whether to stop.
    private static let pagesAtOnce: Int32 = 256
    private static let stepsPerFlush = 32
    private static let failing = "the database cannot be copied"

    /// Makes the file, or leaves none behind.
    func make(_ file: String) throws(Problem) -> Backup {
        let draft = try DraftFile(for: file)
        let head = try copy(into: draft)
        let contents = try DatabaseContents(of: draft.path, digests: digests, stop: stop)
        guard contents.head.sequence == head.sequence, contents.head.hash == head.hash else {
            throw Problem(.unavailable, "the copy does not end with the record the database ends with; it was removed")
        }
        let length = try draft.length()
        try draft.write(try BackupSeal(over: draft.descriptor, count: length, hashing: digests, until: stop).bytes)
        try draft.publish()
        return Backup(
            records: contents.records, lastSequence: head.sequence, head: head.hash,
            bytes: length + BackupSeal.length, checkpoint: contents.checkpoint)
    }

    /// Copies what the database is now; answers its last record.
    private func copy(into draft: DraftFile) throws(Problem) -> LedgerHead {
        let source = try asking(failing: Self.failing, until: stop) { () throws(StoreError) in
            let source = try Connection(path: database, access: .reading)
            source.end(on: stop)
            try source.execute("BEGIN")
            return source
        }
        let (head, size) = try asking(failing: Self.failing, until: stop) { () throws(StoreError) in
            let sizes = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            return (
                try LedgerHead(source, digests: digests), try source.first(sizes) { row in row.integer(0) } ?? 0
            )
        }
        try draft.require(room: size)
        let copy = try asking(failing: Self.failing, until: stop) { () throws(StoreError) in
            try PageCopy(from: source, into: try Connection(path: draft.path, access: .copying))
        }
        var steps = 0
        while try asking(
            failing: Self.failing, until: stop, { () throws(StoreError) in try copy.step(Self.pagesAtOnce) })
        {
            guard !stop.isSet else { throw .stopping }
            steps += 1
            if steps % Self.stepsPerFlush == 0 { try draft.flush() }
        }
        return head
    }
}
