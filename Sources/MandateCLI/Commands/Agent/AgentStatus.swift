import ArgumentParser

/// `mandate agent suspend`.
struct AgentSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Stop an agent at once: it gets no token any more.",
        discussion: """
            Tokens that are out are good at resource servers that ask nobody until they expire, at the latest at the time
            the command prints.

            Example:
              mandate agent suspend inventory-001 --reason "unusual calls"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("suspend", "is suspended", in: "agents")
    }
}

/// `mandate agent resume`.
struct AgentResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a suspended agent ask for tokens again.",
        discussion: """
            Example:
              mandate agent resume inventory-001 --reason "investigated"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("resume", "is active again", in: "agents")
    }
}

/// `mandate agent decommission`.
struct AgentDecommission: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decommission",
        abstract: "End an agent for ever; its id is never used again.",
        discussion: """
            Example:
              mandate agent decommission inventory-001 --reason "replaced by inventory-002"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("decommission", "is decommissioned", in: "agents")
    }
}
