import MandateCore
import MandateStore

/// Where an installation's ledger is read: its server when one runs, else the database, which is only read.
enum LedgerSource {
    case server(Administration)
    case database(LedgerFile)

    /// Whose signatures under checkpoints the installation itself says are good.
    func key() async throws -> VerifierKey? {
        switch self {
        case .database(let file): return try file.checkpointKey()
        case .server(let server):
            do {
                guard let text = try await server.get("ledger", "key").body["key"]?.string else {
                    throw Administration.unreadable
                }
                return try CheckpointReading.key(text)
            } catch let refused as Refused where refused.status == 404 {
                return nil
            }
        }
    }

    /// Every checkpoint that is kept, and the one in the file beside the database.
    func checkpoints(_ reading: CheckpointReading, besideDatabase path: String) async throws -> [NamedCheckpoint] {
        var found: [NamedCheckpoint] = []
        func add(_ note: [UInt8], _ size: Int64) throws(CommandFailure) {
            let source = "the checkpoint at \(size) in the database"
            let named = try reading.read(note, from: source)
            guard named.checkpoint.size == size else {
                throw CommandFailure("\(source) is filed under a number that is not its own")
            }
            found.append(named)
        }
        switch self {
        case .database(let file):
            var last: Int64 = -1
            while true {
                let page = try file.checkpoints(after: last, limit: 1000)
                for stored in page { try add(stored.note, stored.size) }
                guard let end = page.last else { break }
                last = end.size
            }
        case .server(let server):
            for item in try await server.items("ledger", "checkpoints", query: [(name: "limit", value: "1000")]) {
                guard let size = item["size"]?.integer, let note = item["note"]?.string else {
                    throw Administration.unreadable
                }
                try add(Array(note.utf8), size)
            }
        }
        if !found.isEmpty, reading.keys.isEmpty {
            throw CommandFailure("the database has checkpoints but names no key: it was changed; restore a backup")
        }
        // Later than the list: a server may have signed on meanwhile, and then the records are read later still.
        if !reading.keys.isEmpty, let note = try Store.publishedCheckpoint(besideDatabase: path) {
            found.append(try reading.read(note, from: "\(path).checkpoint"))
        }
        return found
    }

    /// Checks every record that is not in an archive, and every checkpoint.
    func verify(after sequence: Int64, _ checkpoints: [NamedCheckpoint]) async throws -> LedgerVerification {
        let archived = try await archived()
        let start = max(sequence, archived)
        guard start > 0 else { return try await verify(continuing: LedgerVerification(checkpoints: checkpoints)) }
        if archived > sequence {
            StandardError.line(
                "records \(sequence + 1) to \(archived) are in archives: --archive takes them along; begins after them")
        }
        for early in checkpoints where early.checkpoint.size <= start && early.checkpoint.size > 0 {
            guard try await root(of: early.checkpoint.size) == early.checkpoint.root else {
                throw CommandFailure("\(early.source) was signed over other records than the tree in the database has")
            }
        }
        let (tree, last) = try await tree(at: start)
        return try await verify(
            continuing: LedgerVerification(
                after: start, tree: tree, previous: last,
                checkpoints: checkpoints.filter { $0.checkpoint.size > start }))
    }

    /// Checks what comes after records that were checked already.
    func verify(continuing begun: LedgerVerification) async throws -> LedgerVerification {
        var verification = begun
        let archived = try await archived()
        guard verification.lastSequence >= archived else {
            let missing = "records \(verification.lastSequence + 1) to \(archived)"
            throw CommandFailure("\(missing) are in another archive: name it with --archive, too")
        }
        do {
            switch self {
            case .server(let server):
                try await server.records(after: verification.lastSequence) { record in
                    try verification.check(record.bytes)
                }
            case .database(let file): try Self.check(&verification, with: file)
            }
            try verification.finish()
        } catch let fault as LedgerFault {
            throw CommandFailure("\(fault)")
        }
        // Nobody can take away the beginning and call it archived: the record that says so is in the tree.
        guard verification.archived >= archived else {
            throw CommandFailure(
                "records were cut: records 1 to \(archived) are gone, and no record says that they were archived")
        }
        return verification
    }

    private static func check(_ verification: inout LedgerVerification, with file: LedgerFile) throws {
        while true {
            let page = try file.records(after: verification.lastSequence, limit: 500)
            if page.isEmpty { return }
            for (sequence, record) in page {
                let tiles = try verification.check(record)
                guard sequence == verification.lastSequence else {
                    throw LedgerFault(
                        sequence: verification.lastSequence, why: "it is filed under the number \(sequence)")
                }
                try compare(tiles, with: file)
            }
        }
    }

    private static func compare(_ tiles: [MerkleTile], with file: LedgerFile) throws {
        guard file.storesTiles else { return }
        for tile in tiles {
            guard let stored = try file.tile(tile.level, tile.number), stored != tile else { continue }
            throw CommandFailure(
                "the records are whole, but the tree in the database is not theirs: tile \(tile.number) of level "
                    + "\(tile.level) was changed; restore a backup")
        }
    }
}
