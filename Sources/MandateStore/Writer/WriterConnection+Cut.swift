import MandateCore

extension WriterConnection {
    /// Counts what is live of a choice of links, and below them, and forgets it; inside a transaction. Comes before the
    /// change that makes it dead, because the walk goes over what is live. Registrations go on, so they are not counted as
    /// links; the tokens under them are.
    func cut(_ choice: LinkChoice, at now: Instant) throws(StoreError) -> Cut {
        try connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS cut_link (number INTEGER PRIMARY KEY, expires_at INTEGER)")
        try connection.run(
            "INSERT INTO cut_link " + LiveWalk.downward(from: choice) + """
                 SELECT link.number, link.expires_at FROM live CROSS JOIN link ON link.number = live.number
                WHERE live.isCut
                """, choice.argument, .integer(now.seconds), .integer(now.milliseconds))
        let links = try connection.first("SELECT count(expires_at), max(expires_at) FROM cut_link") { row in
            Cut(links: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) })
        }
        let tokens = try connection.first(
            """
            SELECT total(tokens), max(expires_at) FROM live_token
            WHERE expires_at > ? AND link IN (SELECT number FROM cut_link)
            """, .integer(now.seconds)
        ) { row in
            Cut(tokens: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) })
        }
        try connection.run("DELETE FROM live_token WHERE link IN (SELECT number FROM cut_link)")
        try connection.run("DELETE FROM cut_link")
        return (links ?? Cut()) + (tokens ?? Cut())
    }
}
