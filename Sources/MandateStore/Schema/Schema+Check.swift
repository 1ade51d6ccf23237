extension Schema {
    /// Refuses a database that has other tables, indexes, triggers or views than its version has: a trigger would undo
    /// changes behind everybody who checks them.
    static func check(_ connection: Connection) throws(StoreError) {
        let version = try version(of: connection)
        let pattern = try Connection(path: ":memory:", access: .creating)
        try migrate(pattern, to: version)
        guard try objects(of: connection) == objects(of: pattern) else {
            throw StoreError(
                code: 0,
                message:
                    "its tables and triggers are not those of schema \(version): somebody else changed the database")
        }
    }

    /// Without blanks, which another version of SQLite may set otherwise.
    private static func objects(of connection: Connection) throws(StoreError) -> [String] {
        try connection.all(
            """
            SELECT type || ' ' || name || ' ' || tbl_name || ' '
                || replace(replace(coalesce(sql, ''), ' ', ''), char(10), '')
            FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY 1
            """
        ) { row in row.text(0) }
    }
}
