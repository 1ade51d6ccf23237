import CSQLite

/// A prepared statement, kept by who runs it often. It keeps its connection open.
final class Statement {
    private let handle: OpaquePointer
    private let connection: Connection

    init(_ handle: OpaquePointer, of connection: Connection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Runs a change.
    func run(_ values: [SQLValue] = []) throws(StoreError) {
        try bind(values)
        defer { reset() }
        while try step() {}
    }

    /// The first row, or nil when there is none.
    func first<Answer>(
        _ values: [SQLValue] = [], map: (Row) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer? {
        try bind(values)
        defer { reset() }
        return try step() ? try map(Row(handle)) : nil
    }

    /// Every row, in order.
    func all<Answer>(
        _ values: [SQLValue] = [], map: (Row) throws(StoreError) -> Answer
    ) throws(StoreError) -> [Answer] {
        try bind(values)
        defer { reset() }
        var answers: [Answer] = []
        while try step() { answers.append(try map(Row(handle))) }
        return answers
    }

    /// Shows rows in order until `visit` answers false.
    func each(
        _ values: [SQLValue] = [], _ visit: (Row) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try bind(values)
        defer { reset() }
        while try step(), try visit(Row(handle)) {}
    }

    private func step() throws(StoreError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.error(code)
        }
    }

    private func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func bind(_ values: [SQLValue]) throws(StoreError) {
        for (offset, value) in values.enumerated() {
            let code = bind(value, at: Int32(truncatingIfNeeded: offset + 1))
            guard code == SQLITE_OK else {
                let failure = connection.error(code)
                reset()
                throw failure
            }
        }
    }

    /// Texts and blobs are bound with their lengths, never as C strings: a NUL inside stays a byte.
    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .text(var text):
            guard !text.isEmpty else { return sqlite3_bind_text(handle, index, "", 0, mandate_sqlite_transient()) }
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text64(
                        handle, index, characters.baseAddress, sqlite3_uint64(characters.count),
                        mandate_sqlite_transient(), UInt8(SQLITE_UTF8))
                }
            }
        case .utf8(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_text(handle, index, "", 0, mandate_sqlite_transient()) }
            return bytes.withUnsafeBytes { buffer in
                sqlite3_bind_text64(
                    handle, index, buffer.assumingMemoryBound(to: CChar.self).baseAddress,
                    sqlite3_uint64(buffer.count), mandate_sqlite_transient(), UInt8(SQLITE_UTF8))
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
            return bytes.withUnsafeBytes { buffer in
                sqlite3_bind_blob64(
                    handle, index, buffer.baseAddress, sqlite3_uint64(buffer.count), mandate_sqlite_transient())
            }
        }
    }
}
