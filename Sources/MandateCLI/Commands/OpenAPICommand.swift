import ArgumentParser
import MandateAdmin

/// `mandate openapi`.
struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the description of the admin API (OpenAPI 3.1).",
        discussion: """
            The same as GET /openapi.json of a server of this version; needs no server and no configuration file. JSON with and without --json.

            Example:
              mandate openapi > mandate-admin.json
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        try StandardOutput.line(OpenAPI.document.canonical)
    }
}
