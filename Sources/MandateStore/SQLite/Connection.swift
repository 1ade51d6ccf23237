import CSQLite

/// One SQLite connection, used by one thread at a time.
final class Connection {
    enum Access {
        /// Makes a new database; the file must not exist.
        case creating
        /// The one connection that writes and checkpoints.
        case writing
        /// Reads only: it can neither write nor checkpoint.
        case reading
        /// Fills an empty file that nobody else has open, or makes it one file without a log beside it. Whoever does that
        /// makes it durable.
        case copying
    }

    let handle: OpaquePointer
    private var stop: StopFlag?
    /// How long a lock of another process is waited for, in milliseconds. Nobody else should hold one.
    private static let patience: Int32 = 200

    init(path: String, access: Access) throws(StoreError) {
        let flags: Int32
        switch access {
        case .creating: flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .writing, .copying: flags = SQLITE_OPEN_READWRITE
        case .reading: flags = SQLITE_OPEN_READONLY
        }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw StoreError(code: code, message: message)
        }
        handle = opened
        sqlite3_busy_timeout(handle, Self.patience)
        try execute("PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY")
        switch access {
        case .creating, .writing: try execute("PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        case .reading: try execute("PRAGMA query_only=ON")
        case .copying: try execute("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF")
        }
        try execute("PRAGMA wal_autocheckpoint=0")
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Ends what runs here with an error once `stop` is set.
    func end(on stop: StopFlag) {
        self.stop = stop
        sqlite3_progress_handler(
            handle, 10_000,
            { flag in
                guard let flag else { return 0 }
                return Unmanaged<StopFlag>.fromOpaque(flag).takeUnretainedValue().isSet ? 1 : 0
            }, Unmanaged.passUnretained(stop).toOpaque())
    }

    /// Whether a lock of another process is waited for a moment, or not at all.
    func wait(forLocks waits: Bool) {
        sqlite3_busy_timeout(handle, waits ? Self.patience : 0)
    }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// A statement to keep and run many times.
    func prepare(_ sql: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw error(code) }
        return Statement(prepared, of: self)
    }

    /// The first row of a question asked once.
    func first<Answer>(
        _ sql: String, _ values: SQLValue..., map: (Row) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer? {
        try prepare(sql).first(values, map: map)
    }

    /// All rows of a question asked once.
    func all<Answer>(
        _ sql: String, _ values: SQLValue..., map: (Row) throws(StoreError) -> Answer
    ) throws(StoreError) -> [Answer] {
        try prepare(sql).all(values, map: map)
    }

    /// Runs one change once; answers how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: SQLValue...) throws(StoreError) -> Int {
        try prepare(sql).run(values)
        return changedRows
    }

    /// How many rows the last change changed.
    var changedRows: Int { Int(sqlite3_changes(handle)) }

    /// The rowid of the last row inserted.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func error(_ code: Int32) -> StoreError {
        StoreError(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
