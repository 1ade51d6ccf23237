import ArgumentParser
import MandateCore

/// `mandate agent list`.
struct AgentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List agents.",
        discussion: """
            Example:
              mandate agent list --status suspended --team platform-engineering
              mandate agent list --unused 30d
            """)

    @Option(help: ArgumentHelp("Only agents of this type.", valueName: "id"))
    var type: String?
    @Option(help: "Only active, suspended or decommissioned agents.")
    var status: String?
    @Option(help: "Only agents of this team.")
    var team: String?
    @Option(help: "Only agents of this owner.")
    var owner: String?
    @Option(help: ArgumentHelp("Only active agents that were not used for so long, such as 30d.", valueName: "time"))
    var unused: String?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard status.map({ AgentStatus(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--status is one of active, suspended, decommissioned")
        }
        guard unused.map({ WrittenDuration($0) != nil }) ?? true else {
            throw ValidationError("--unused is a duration: \(WrittenDuration.grammar)")
        }
    }

    /// Prints page after page, so that a million agents need no more memory than a thousand.
    func run() async throws {
        let given = [("type", type), ("status", status), ("team", team), ("owner", owner), ("unused", unused)]
        let query = given.compactMap { name, value in value.map { (name: name, value: $0) } }
        let server = try await administration.connect()
        var printer = AgentPrinter(asJSON: administration.json, terminal: .standardOutput, now: Clock.now())
        try await server.pages(["agents"], query: query + [(name: "limit", value: "1000")]) { page in
            try StandardOutput.write(printer.page(page))
        }
        try StandardOutput.write(printer.end)
    }
}

/// Agents as a list prints them, a page at a time.
struct AgentPrinter {
    let asJSON: Bool
    let terminal: Terminal
    let now: Instant
    private var isFirst = true

    init(asJSON: Bool, terminal: Terminal, now: Instant) {
        self.asJSON = asJSON
        self.terminal = terminal
        self.now = now
    }

    mutating func page(_ agents: [JSONValue]) -> [UInt8] {
        defer { isFirst = isFirst && agents.isEmpty }
        if asJSON {
            var bytes: [UInt8] = []
            for agent in agents {
                bytes += (bytes.isEmpty && isFirst ? "{\"items\":[" : ",").utf8
                bytes += agent.canonical
            }
            return bytes
        }
        var table = Table("ID", "TYPE", "STATUS", "OWNER", "TEAM", "ENVIRONMENT", "LAST ACTIVE")
        for agent in agents {
            table.add(
                agent["id"]?.string, agent["type"]?.string, status(of: agent), agent["owner"]?.string,
                agent["team"]?.string, agent["environment"]?.string, agent["last_active_at"]?.string)
        }
        let lines = table.lines(for: terminal).dropFirst(isFirst || !terminal.isInteractive ? 0 : 1)
        return lines.flatMap { line in Array((line + "\n").utf8) }
    }

    /// What comes after the last page.
    var end: [UInt8] {
        guard asJSON else { return [] }
        return Array(((isFirst ? "{\"items\":[" : "") + "],\"next\":null}\n").utf8)
    }

    /// `expired` for an agent that would be active but for its `expires_at`.
    private func status(of agent: JSONValue) -> String? {
        let status = agent["status"]?.string
        guard status == AgentStatus.active.rawValue,
            let expiry = agent["expires_at"]?.string.flatMap({ Instant(rfc3339: $0) }), expiry <= now
        else { return status }
        return "expired"
    }
}
