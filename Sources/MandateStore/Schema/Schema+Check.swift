extension Schema {
    /// Refuses a database that has other tables, indexes, triggers or views than its version has: a trigger would undo
    /// changes behind everybody who checks them.
    static func check(_ connection: Connection) throws(StoreError) {
        let version = try version(of: connection)
        let expected = version == self.version ? try newest.get() : try objects(ofVersion: version)
        guard try objects(of: connection) == expected else {
            throw StoreError(
                code: 0,
                message:
                    "its tables and triggers are not those of schema \(version): somebody else changed the database")
        }
    }

    private static let newest = Result { () throws(StoreError) in try objects(ofVersion: version) }

    private static func objects(ofVersion version: Int64) throws(StoreError) -> [String] {
        let pattern = try Connection(path: ":memory:", access: .creating)
        try migrate(pattern, to: version)
        return try objects(of: pattern)
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
