import ArgumentParser
import MandateCore

/// `mandate agent`: the agents of the registry.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "List, register, change, stop and equip agents.",
        discussion: """
            Example:
              mandate agent suspend agent-planning-prod-001 --reason "prompt injection found"
            """,
        subcommands: [
            AgentList.self, AgentShow.self, AgentRegister.self, AgentPut.self, AgentChange.self, AgentSuspend.self,
            AgentResume.self, AgentDecommission.self, AgentAttest.self, AgentSecret.self,
        ])
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
