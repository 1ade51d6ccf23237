import ArgumentParser
import MandateCore

/// Which records of the ledger a command is about.
struct LedgerFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only records of this agent.", valueName: "id"))
    var agent: String?
    @Option(help: ArgumentHelp("Only records of this task.", valueName: "id"))
    var task: String?
    @Option(help: ArgumentHelp("Only records with this delegation_chain_hash.", valueName: "hash"))
    var chain: String?
    @Option(help: ArgumentHelp("Only records of chains this principal started.", valueName: "name"))
    var principal: String?
    @Option(
        help: ArgumentHelp(
            "Only this event, such as token.issued, or this kind, such as 'agent.*'.", valueName: "event"))
    var event: String?
    @Option(help: ArgumentHelp("Not before this time, such as 2026-01-31T09:00:00Z.", valueName: "time"))
    var since: String?

    /// As the admin API takes them.
    var values: [String: String] {
        let given = [
            ("agent", agent), ("task", task), ("chain", chain), ("principal", principal), ("event", event),
            ("since", since),
        ]
        return given.reduce(into: [:]) { values, entry in values[entry.0] = entry.1 }
    }

    var query: Administration.Query { values.map { (name: $0.key, value: $0.value) } }
}

extension LedgerFormat: ExpressibleByArgument {}
