import ArgumentParser

/// `mandate token`: tokens as a client and as an inspector sees them.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Fetch or exchange a token as a client would, look into one, or end one.",
        discussion: """
            Example:
              mandate token get --client-id inventory-001 --audience cloud-inventory-api \\
                --scope ec2:DescribeInstances | mandate token inspect
            """,
        subcommands: [TokenGet.self, TokenExchange.self, TokenInspect.self, TokenRevoke.self])
}

/// `--server`, with the issuer of the configuration file as its default when there is one.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The token service; else the configured issuer.", valueName: "url"))
    var server: String?
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if let server, !Web.isAddress(server) { throw ValidationError("--server must be an http or https URL") }
    }

    /// What is named or configured; nil when neither.
    func known() throws(CommandFailure) -> String? {
        if let server { return server.hasSuffix("/") ? String(server.dropLast()) : server }
        guard FileBytes.exists(configuration.config) else { return nil }
        return try Settings(file: configuration.config).issuer.rawValue
    }
}
