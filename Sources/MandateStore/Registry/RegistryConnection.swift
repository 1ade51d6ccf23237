import MandateCore

/// One event loop's own read connection and the copies it keeps of what it read.
///
/// Copies of records are good for one epoch: each view starts by asking for it, and a new one drops them. Tasks are read
/// anew in each view; chains never change and are kept; what is revoked is caught up with. What a client proves itself with
/// is never copied, so that an unknown client costs the same as a known one.
public final class RegistryConnection: Registry {
    private let connection: Connection
    private let begin: Statement
    private let end: Statement
    private let state: Statement
    private let view: RegistrySnapshot
    private let report: @Sendable (String) -> Void

    init(
        path: String, digests: any Digests, rates: RateTable, baselines: BaselineTable, zones: any TimeZones,
        report: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        connection = try Connection(path: path, access: .reading)
        begin = try connection.prepare("BEGIN")
        end = try connection.prepare("COMMIT")
        state = try connection.prepare("SELECT epoch, policy, revocations FROM state")
        view = try RegistrySnapshot(connection, digests: digests, rates: rates, baselines: baselines, zones: zones)
        self.report = report
    }

    public func reading<Answer>(_ body: (any RegistryView) -> Answer) throws(Refusal) -> Answer {
        do {
            try begin.run()
            let found = try state.first { row in (row.integer(0), row.text(1), row.integer(2)) }
            guard let (epoch, policy, revocations) = found else { throw StoreError.unreadable("state") }
            try view.enter(Epoch(epoch), PolicyDigest(stored: policy), revocations: revocations)
        } catch {
            report("\(error)")
            if connection.isInTransaction { finish() }
            throw .unavailable(.registry)
        }
        defer { finish() }
        return body(view)
    }

    private func finish() {
        do {
            try end.run()
        } catch {
            report("\(error)")
        }
    }
}
