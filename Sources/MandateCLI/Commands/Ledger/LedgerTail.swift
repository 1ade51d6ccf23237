import ArgumentParser
import MandateCore

/// `mandate ledger tail`.
struct LedgerTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print the newest records, and go on with --follow.",
        discussion: """
            Example:
              mandate ledger tail -n 20 --follow --agent inventory-001
            """)

    @Option(name: .customShort("n"), help: ArgumentHelp("How many records, 1 to 1000.", valueName: "number"))
    var count = 10
    @Flag(name: .shortAndLong, help: "Go on printing what happens.")
    var follow = false
    @OptionGroup var filter: LedgerFilterOptions
    @OptionGroup var administration: AdministrationOptions

    private static let most = 1000

    func validate() throws {
        guard (1...Self.most).contains(count) else { throw ValidationError("-n is from 1 to \(Self.most)") }
    }

    func run() async throws {
        let isJSON = administration.json
        guard follow else {
            let newest = try await administration.connect().latestRecords(count, matching: filter.query)
            for record in newest { try Self.show(record, asJSON: isJSON) }
            return
        }
        let settings = try administration.configuration.settings()
        try await LedgerFollowing(settings: settings, filter: filter.values).run(from: .newest(count)) { record in
            try Self.show(record, asJSON: isJSON)
        }
    }

    private static func show(_ record: StoredRecord, asJSON: Bool) throws {
        let line = try LedgerLine(record.bytes)
        try StandardOutput.line(asJSON ? line.bytes : Array(line.text(for: .standardOutput).utf8))
    }
}

/// One record on one line, for a person.
struct LedgerLine {
    let bytes: [UInt8]
    let record: JSONValue
    let sequence: Int64

    init(_ bytes: [UInt8]) throws {
        guard let record = Self.record(bytes), let sequence = record["seq"]?.integer else {
            throw Administration.unreadable
        }
        self.bytes = bytes
        self.record = record
        self.sequence = sequence
    }

    private static func record(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONError) {
            return try JSONValue(strict: bytes)
        } catch {
            return nil
        }
    }

    /// `12 2026-01-31T09:00:00.000Z token.issued ALLOW agent → audience: scopes`.
    func text(for terminal: Terminal) -> String {
        var words = [
            terminal.styled(String(sequence), .quiet), shown("at"), terminal.styled(shown("event"), .strong),
        ]
        if let decision = record["decision"]?.string {
            words.append(terminal.styled(Terminal.harmless(decision), decision == "ALLOW" ? .good : .bad))
        }
        words += ["agent_id", "audience", "reason", "task_id", "by"].compactMap { name in
            record[name]?.string.map { "\(name)=\(Terminal.harmless($0))" }
        }
        if let scopes = record["granted"] ?? record["requested"], scopes != .null {
            words.append("scope=\(Details.text(scopes))")
        }
        return words.joined(separator: " ")
    }

    private func shown(_ name: String) -> String {
        Terminal.harmless(record[name]?.string ?? "-")
    }
}
