import MandateCore

/// Writes the oldest records to a file, as an export has them, and the checkpoint that covers them to a file beside it.
/// It reads from one moment on a connection of its own and changes nothing in the database.
struct ArchiveMaker {
    let database: String
    let readers: Set<LedgerConsumer>
    let digests: any Digests
    let stop: StopFlag

    /// What the name of an archive is followed by in the name of its checkpoint.
    static let checkpointSuffix = ".checkpoint"
    private static let recordsAtOnce: Int64 = 1000

    /// Makes both files, or leaves none behind.
    func make(_ file: String, before moment: Instant) throws(Problem) -> Archive {
        let source = try asking(failing: LedgerWalk.failing, until: stop) { () throws(StoreError) in
            let source = try Connection(path: database, access: .reading)
            source.end(on: stop)
            try source.execute("BEGIN")
            return source
        }
        let slowest = try asking(failing: LedgerWalk.failing, until: stop) { () throws(StoreError) in
            try ArchiveStretch.slowest(of: readers, in: source)
        }
        let stretch = try asking(failing: LedgerWalk.failing, until: stop) { () throws(StoreError) in
            try ArchiveStretch(in: source, before: moment, after: slowest)
        }
        guard let stretch else {
            let held = slowest.map { "; \($0.reader.rawValue) has come as far as record \($0.position)" } ?? ""
            throw Problem(
                .conflict, field: "before",
                "leaves nothing to archive: there is no checkpoint up to which all records are older\(held). Give a later "
                    + "time, or wait")
        }
        let records = try DraftFile(for: file)
        let checkpoint = try DraftFile(for: file + Self.checkpointSuffix)
        let written = try write(stretch, from: source, to: records)
        try records.flush()
        let length = try records.length()
        guard try digest(of: records, count: length) == written else {
            throw Problem(.unavailable, field: "file", "does not hold what was written to it: use another disk")
        }
        try checkpoint.write(stretch.note)
        try records.publish()
        do {
            try checkpoint.publish()
        } catch {
            records.withdraw()
            throw error
        }
        return Archive(first: stretch.first, last: stretch.last, bytes: length, digest: Hex.encode(written))
    }

    /// Writes the records, checks that they are what was signed, and answers the SHA-256 of what was written.
    private func write(
        _ stretch: ArchiveStretch, from source: Connection, to file: DraftFile
    ) throws(Problem) -> [UInt8] {
        let digest = try FileDigest(digests)
        var walk = try LedgerWalk(
            over: source, from: stretch.first, hashing: digests,
            expecting: [.init(size: stretch.last, hash: stretch.checkpoint.root, source: "its checkpoint")])
        let page = try asking(failing: LedgerWalk.failing, until: stop) { () throws(StoreError) in
            try source.prepare("SELECT record FROM ledger WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?")
        }
        var position = stretch.first - 1
        while position < stretch.last {
            if stop.isSet { throw .stopping }
            let rows = try asking(failing: LedgerWalk.failing, until: stop) { () throws(StoreError) in
                try page.all([.integer(position), .integer(stretch.last), .integer(Self.recordsAtOnce)]) { row in
                    row.blob(0)
                }
            }
            guard !rows.isEmpty else { throw Problem(.unavailable, "record \(position + 1) of the ledger is missing") }
            var lines: [UInt8] = []
            for record in rows {
                position += 1
                try walk.check(position, record)
                lines += record
                lines.append(UInt8(ascii: "\n"))
            }
            try digest.add(lines)
            try file.write(lines)
        }
        try walk.finish()
        return try digest.finish()
    }

    /// The SHA-256 of what is in the file.
    private func digest(of file: DraftFile, count: Int64) throws(Problem) -> [UInt8] {
        file.forget()
        return try FileDigest.of(file.descriptor, count: count, hashing: digests, until: stop)
    }
}
