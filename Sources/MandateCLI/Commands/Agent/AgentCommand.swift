import ArgumentParser
import MandateCore

/// `mandate agent`: the agents of the registry.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "List, register, stop and equip agents.",
        discussion: """
            Example:
              mandate agent suspend agent-planning-prod-001 --reason "prompt injection found"
            """,
        subcommands: [
            AgentList.self, AgentShow.self, AgentRegister.self, AgentSuspend.self, AgentResume.self,
            AgentDecommission.self, AgentSecret.self,
        ])
}

/// `mandate agent list`.
struct AgentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List agents.",
        discussion: """
            Example:
              mandate agent list --status suspended --team platform-engineering
            """)

    @Option(help: ArgumentHelp("Only agents of this type.", valueName: "id"))
    var type: String?
    @Option(help: "Only active, suspended or decommissioned agents.")
    var status: String?
    @Option(help: "Only agents of this team.")
    var team: String?
    @Option(help: "Only agents of this owner.")
    var owner: String?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard status.map({ AgentStatus(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--status is one of active, suspended, decommissioned")
        }
    }

    func run() async throws {
        let given = [("type", type), ("status", status), ("team", team), ("owner", owner)]
        let query = given.compactMap { name, value in value.map { (name: name, value: $0) } }
        let agents = try await administration.connect().items("agents", query: query)
        try administration.show(["items": .array(agents), "next": .null]) { terminal in
            var table = Table("ID", "TYPE", "STATUS", "OWNER", "TEAM", "ENVIRONMENT")
            for agent in agents {
                table.add(
                    agent["id"]?.string, agent["type"]?.string, agent["status"]?.string, agent["owner"]?.string,
                    agent["team"]?.string, agent["environment"]?.string)
            }
            return table.lines(for: terminal)
        }
    }
}

/// `mandate agent show`.
struct AgentShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one agent.",
        discussion: """
            Example:
              mandate agent show agent-planning-prod-001
            """)

    @Argument(help: "The agent's id.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let agent = try await administration.connect().get("agents", id).body
        try administration.show(agent) { terminal in Details(agent).lines(for: terminal) }
    }
}
