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
    @Option(help: ArgumentHelp("Only records of this agent.", valueName: "id"))
    var agent: String?
    @OptionGroup var administration: AdministrationOptions

    private static let most = 1000
    private static let pause = Duration.milliseconds(500)

    func validate() throws {
        guard (1...Self.most).contains(count) else { throw ValidationError("-n is from 1 to \(Self.most)") }
    }

    func run() async throws {
        let server = try await administration.connect()
        let asked = agent == nil ? count : Self.most
        let page = try LedgerPage(try await server.get("ledger", query: [(name: "latest", value: String(asked))]))
        let newest = try page.records.map(LedgerLine.init)
        for line in newest.filter(isWanted).suffix(count) { try print(line) }
        var position = newest.last?.sequence ?? 0
        while follow {
            try await Task.sleep(for: Self.pause)
            try await server.records(after: position) { bytes in
                let line = try LedgerLine(bytes)
                position = line.sequence
                if isWanted(line) { try print(line) }
            }
        }
    }

    private func isWanted(_ line: LedgerLine) -> Bool {
        guard let agent else { return true }
        return line.record["agent_id"]?.string.map { $0.utf8.elementsEqual(agent.utf8) } ?? false
    }

    private func print(_ line: LedgerLine) throws {
        try StandardOutput.line(administration.json ? line.bytes : Array(line.text(for: .standardOutput).utf8))
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
