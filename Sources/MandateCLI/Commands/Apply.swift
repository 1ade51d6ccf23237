import ArgumentParser
import MandateCore

/// `mandate apply`: brings the registry to what a file says.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the registry to what a file says, in one step or not at all.",
        discussion: """
            Prints the plan: + is new, ~ changes, - goes (only with --prune). An agent that goes is decommissioned: for
            ever, and its id is never used again.

            Example:
              mandate apply -f registry.yaml --dry-run
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The registry file (YAML); - for standard input.", valueName: "file|-"))
    var file: String
    @Flag(help: "Only print the plan.")
    var dryRun = false
    @Flag(help: "Also remove what the file does not name.")
    var prune = false
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let registry = try RegistryFile(path: file)
        let query = [(name: "dry_run", value: dryRun), (name: "prune", value: prune)]
            .filter(\.value).map { (name: $0.name, value: "true") }
        let answer: AdministrationAnswer
        do {
            answer = try await administration.connect().post("registry", query: query, body: registry.records)
        } catch let refused as Refused {
            throw registry.failure(refused)
        }
        guard let changes = answer.body["changes"]?.array else { throw Administration.unreadable }
        try administration.show(answer.body) { terminal in
            changes.isEmpty ? ["nothing to do"] : changes.map { Self.line($0, terminal) }
        }
    }

    /// `~ audience cloud-inventory-api: scopes`.
    static func line(_ change: JSONValue, _ terminal: Terminal) -> String {
        let (sign, tone): (String, Terminal.Tone) =
            switch change["action"]?.string {
            case "add": ("+", .good)
            case "remove": ("-", .bad)
            default: ("~", .doubtful)
            }
        let kind = (change["kind"]?.string ?? "").replacing("_", with: " ")
        let id = change["id"]?.string ?? ""
        let fields = (change["fields"]?.array ?? []).map(Details.text)
        let shown = sign == "~" && !fields.isEmpty ? ": " + fields.joined(separator: ", ") : ""
        let ends = sign == "-" && kind == "agent" ? ": decommissioned for ever" : ""
        return terminal.styled("\(sign) \(Terminal.harmless("\(kind) \(id)"))", tone) + shown + ends
    }
}
