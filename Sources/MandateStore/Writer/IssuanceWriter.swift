import MandateCore

/// Writes what an issuance brings beside its record: links, its task, what it used up, its answer for a repetition.
final class IssuanceWriter {
    private let connection: Connection
    private let retries: RetryReader
    private let insertLink: Statement
    private let insertTask: Statement
    private let setHolder: Statement
    private let insertUsed: Statement
    private let insertRetry: Statement
    private let currentLink: Statement
    private let replaceLink: Statement
    private var nextPruning: Int64 = 0

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        retries = try RetryReader(connection)
        insertLink = try connection.prepare(
            """
            INSERT INTO link (hash, parent, delegate, expires_at, document, principal, task, token)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertTask = try connection.prepare(
            """
            INSERT INTO task (id, principal, purpose, status, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """)
        setHolder = try connection.prepare(
            """
            UPDATE task SET holder = coalesce(holder, ?), principal = coalesce(principal, ?) WHERE id = ?
            """)
        insertUsed = try connection.prepare("INSERT INTO used_token (issuer, id, expires_at) VALUES (?, ?, ?)")
        currentLink = try connection.prepare("SELECT link FROM agent WHERE id = ?")
        replaceLink = try connection.prepare("UPDATE agent SET link = ? WHERE id = ?")
        insertRetry = try connection.prepare(
            """
            INSERT INTO retry (client, key, body, at, claims) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at, claims = excluded.claims
            """)
    }

    /// Whether nobody else used the same token, answered the same request, or renewed the same registration, since this
    /// was judged.
    func isFree(_ writes: Writes, at now: Instant) throws(StoreError) -> Bool {
        if let replaced = writes.replaced, let agent = writes.links.first?.delegate {
            let current = try currentLink.first([.text(agent.rawValue)]) { row in row.integer(0) }
            guard current == replaced else { return false }
        }
        if let token = writes.used, try retries.wasUsed(token) { return false }
        guard let kept = writes.retry else { return true }
        return try retries.issued(to: kept.client, under: kept.key.text, at: now) == nil
    }

    /// Writes all of it inside the group's transaction; answers the link that the token is under.
    func write(_ writes: Writes, at now: Instant) throws(StoreError) -> Int64? {
        if let task = writes.task {
            try insertTask.run([
                .text(task.id.rawValue), SQLValue(task.principal?.rawValue), SQLValue(task.purpose?.rawValue),
                .text(task.status.rawValue), .integer(task.createdAt.milliseconds), .text(task.createdBy),
            ])
        }
        var link = writes.token?.link
        var parent = writes.parent
        for new in writes.links {
            try insertLink.run([
                .blob(new.hash.bytes), SQLValue(parent), .text(new.delegate.rawValue), SQLValue(new.expiry?.seconds),
                .utf8(new.document), .text(new.principal.rawValue),
                SQLValue(new.task?.rawValue), SQLValue(new.tokenID),
            ])
            let number = connection.lastInsertedRow
            if writes.replaced != nil { try replaceLink.run([.integer(number), .text(new.delegate.rawValue)]) }
            parent = number
            link = number
        }
        if let holder = writes.taskHolder, let task = writes.links.first?.task {
            try setHolder.run([
                .text(holder.rawValue), SQLValue(writes.links.first?.principal.rawValue), .text(task.rawValue),
            ])
        }
        if let token = writes.used {
            try insertUsed.run([.text(token.issuer), .text(token.id), .integer(token.expiry.seconds)])
        }
        if let kept = writes.retry {
            try insertRetry.run([
                .text(kept.client.rawValue), .text(kept.key.text), .blob(kept.key.body), .integer(now.milliseconds),
                .blob(kept.claims),
            ])
        }
        return link
    }

    /// Drops, once a minute, what nobody can need any more.
    func prune(at now: Instant) throws(StoreError) {
        guard now.seconds >= nextPruning else { return }
        nextPruning = now.seconds + 60
        try connection.run("DELETE FROM used_token WHERE expires_at < ?", .integer(now.seconds - 60))
        try connection.run("DELETE FROM revocation WHERE expires_at < ?", .integer(now.seconds - 60))
        try connection.run(
            "DELETE FROM retry WHERE at < ?",
            .integer(now.advanced(bySeconds: -2 * RetryKey.lifetime).milliseconds))
    }
}
