import ArgumentParser
import Glibc
import MandateCore

/// `mandate init`.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a configuration file, a database and the first signing key.",
        discussion: """
            Refuses to overwrite anything. The issuer is the URL under which agents and resource servers reach this
            service; it is in every token.

            Example:
              mandate init
              mandate init --issuer https://tokens.example.com --config /etc/mandate/mandate.yaml
            """)

    @Option(help: ArgumentHelp("The URL that names this service in every token.", valueName: "url"))
    var issuer: String?

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let text = issuer ?? Environment.current[Setting.issuer.variable] ?? "http://127.0.0.1:8080"
        guard let issuer = Issuer(text) else {
            throw CommandFailure("--issuer \"\(Terminal.harmless(text))\" is not accepted: write \(Issuer.grammar)")
        }
        try write(Self.configurationFile(issuer))
        let settings: Settings
        do {
            settings = try configuration.settings()
            try await Self.make(settings)
        } catch {
            unlink(configuration.config)
            throw error
        }
        try show(settings)
    }

    private func show(_ settings: Settings) throws {
        let made: JSONValue = [
            "config": .string(configuration.config), "database": .string(settings.database),
            "keys": .string(settings.keysDirectory), "issuer": .string(settings.issuer.rawValue),
        ]
        let places = "\(configuration.config), \(settings.database) and a signing key in \(settings.keysDirectory)"
        try administration.show(made) { _ in
            [
                "made \(places)", "issuer \(settings.issuer.rawValue)",
                "next: mandate apply -f registry.yaml, then mandate serve",
            ]
        }
    }

    private var configuration: ConfigurationOptions { administration.configuration }

    /// What is made here is unmade when the rest fails, so that the command can be tried again.
    private static func make(_ settings: Settings) async throws {
        do throws(Problem) {
            try Assembly.create(settings)
        } catch {
            throw CommandFailure(error.detail)
        }
        do {
            _ = try await Administration(try await Assembly.administration(settings)).post("keys", "rotate")
        } catch {
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink(settings.database + suffix) }
            throw error
        }
    }

    private func write(_ text: String) throws {
        let path = configuration.config
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                errno == EEXIST
                    ? "\(path) exists already: remove it, or name another file with --config"
                    : "\(path) cannot be made: \(FileBytes.reason())")
        }
        defer { close(descriptor) }
        try FileBytes.write(Array(text.utf8), to: descriptor, called: path)
    }

    private static func configurationFile(_ issuer: Issuer) -> String {
        """
        # Mandate. Each setting is also an environment variable (MANDATE_LISTEN) and a flag of "mandate serve" (--listen).
        # Relative paths start from the directory of this file.
        issuer: \(issuer.rawValue)
        listen: \(listen(issuer))
        database: mandate.db
        keys: keys
        socket: mandate.sock

        """
    }

    /// An issuer on the loopback interface says where to listen; any other is behind something.
    private static func listen(_ issuer: Issuer) -> ListenAddress {
        let usual = ListenAddress(host: "127.0.0.1", port: 8080)
        guard issuer.rawValue.hasPrefix("http://"), let address = ListenAddress(String(issuer.rawValue.dropFirst(7))),
            ["127.0.0.1", "localhost", "::1"].contains(address.host)
        else { return usual }
        return ListenAddress(host: address.host == "localhost" ? "127.0.0.1" : address.host, port: address.port)
    }
}
