import ArgumentParser
import MandateCore

/// What every command takes that talks to administration.
struct AdministrationOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Print JSON.")
    var json = false

    /// Administration of the installation, through its server when one runs.
    func connect() async throws -> Administration {
        Administration(try await Assembly.administration(try configuration.settings()))
    }

    /// Prints the answer: as it is with `--json`, else in the lines that `text` makes of it. Warnings go beside it.
    func show(_ json: JSONValue, _ text: (Terminal) -> [String]) throws {
        for warning in json["warnings"]?.array ?? [] {
            StandardError.line("warning: \(Details.text(warning))")
        }
        if self.json { return try StandardOutput.line(json.canonical) }
        for line in text(.standardOutput) { try StandardOutput.line(line) }
    }
}
