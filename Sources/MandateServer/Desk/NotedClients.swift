import MandateCore

/// Notes clients that got an answer without a record, such as resource servers that introspect: once a minute each, and
/// without anybody waiting for it.
struct NotedClients {
    private var minutes: [ClientUse: Int64] = [:]
    private static let capacity = 4096

    mutating func note(_ use: ClientUse, at now: Instant, in ledger: any Ledger) {
        let minute = now.seconds / 60
        guard minutes[use] != minute else { return }
        if minutes.count >= Self.capacity { minutes.removeAll(keepingCapacity: true) }
        minutes[use] = minute
        ledger.append([LedgerEntry(use: use, at: now)]) { _ in }
    }
}
