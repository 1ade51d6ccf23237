import CSQLite

/// The copying of one database into another, some pages at a time. When the source is inside a read transaction, every
/// step copies from that one moment, whatever is written meanwhile.
final class PageCopy {
    private let handle: OpaquePointer
    private let source: Connection
    private let destination: Connection

    init(from source: Connection, into destination: Connection) throws(StoreError) {
        guard let handle = sqlite3_backup_init(destination.handle, "main", source.handle, "main") else {
            throw destination.error(sqlite3_extended_errcode(destination.handle))
        }
        self.handle = handle
        self.source = source
        self.destination = destination
    }

    deinit {
        sqlite3_backup_finish(handle)
    }

    /// Copies up to `pages`; answers whether some are left.
    func step(_ pages: Int32) throws(StoreError) -> Bool {
        let code = sqlite3_backup_step(handle, pages)
        switch code {
        case SQLITE_OK: return true
        case SQLITE_DONE: return false
        default: throw StoreError(code: code, message: String(cString: sqlite3_errstr(code)))
        }
    }
}
