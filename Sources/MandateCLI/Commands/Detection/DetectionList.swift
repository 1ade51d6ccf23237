import ArgumentParser
import MandateCore

/// `mandate detection list`.
struct DetectionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest findings, oldest first.",
        discussion: """
            Reads the whole ledger. The records that a finding names are in `mandate ledger export`.

            Example:
              mandate detection list -n 20 --agent inventory-001
            """)

    @Option(name: .customShort("n"), help: ArgumentHelp("How many findings, 1 to 1000.", valueName: "number"))
    var count = 100
    @Option(help: ArgumentHelp("Only findings about this agent.", valueName: "id"))
    var agent: String?
    @OptionGroup var administration: AdministrationOptions

    private static let most = 1000

    func validate() throws {
        guard (1...Self.most).contains(count) else { throw ValidationError("-n is from 1 to \(Self.most)") }
    }

    func run() async throws {
        var filter = [(name: "event", value: LedgerEvent.detectionRaised.rawValue)]
        if let agent { filter.append((name: "agent", value: agent)) }
        var newest: [JSONValue] = []
        try await administration.connect().records(after: 0, matching: filter) { record in
            newest.append(try LedgerLine(record.bytes).record)
            if newest.count > count { newest.removeFirst() }
        }
        let findings = newest
        try administration.show(["items": .array(findings), "next": .null]) { terminal in
            var table = Table("AT", "RULE", "AGENT", "COUNT", "PRINCIPAL", "TASK", "LAST RECORD")
            for finding in findings {
                table.add(
                    finding["at"]?.string, finding["rule"]?.string, finding["agent_id"]?.string,
                    finding["change"]?["count"]?.integer.map { String($0) }, finding["principal"]?.string,
                    finding["task_id"]?.string,
                    finding["change"]?["records"]?.array?.last?.integer.map { String($0) })
            }
            return table.lines(for: terminal)
        }
    }
}
