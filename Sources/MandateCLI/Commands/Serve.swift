import ArgumentParser
import Logging

/// `mandate serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service.",
        discussion: """
            Serves the public listener and the administration socket until SIGTERM or SIGINT; then it stops accepting,
            finishes what is in flight within five seconds and exits 0. Settings come from the environment, then flags,
            then the configuration file.

            Example:
              mandate serve
              MANDATE_LISTEN=0.0.0.0:8080 mandate serve --config /etc/mandate/mandate.yaml
            """)

    @Flag(help: "Print the addresses as JSON, on one line.")
    var json = false
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let settings = try settings.settings()
        let log = LogWriter()
        defer { log.finish() }
        let logger = Logger(label: "mandate") { _ in
            LineLogHandler(writer: log, format: settings.logFormat, level: settings.logLevel)
        }
        try await Service(settings, logger: logger, announcesJSON: json).run()
    }
}
