import ArgumentParser
import MandateCore

/// `mandate audience`: the resource servers.
struct AudienceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audience",
        abstract: "List and define the resource servers tokens are made for.",
        discussion: """
            Example:
              mandate audience show cloud-inventory-api
            """,
        subcommands: [AudienceList.self, AudienceShow.self, AudiencePut.self])
}

/// `mandate audience list`.
struct AudienceList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List audiences.",
        discussion: """
            Example:
              mandate audience list
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let audiences = try await administration.connect().items("audiences")
        try administration.show(["items": .array(audiences), "next": .null]) { terminal in
            var table = Table("ID", "STATUS", "ENVIRONMENT", "ALGORITHM", "RESOURCE")
            for audience in audiences {
                table.add(
                    audience["id"]?.string, audience["status"]?.string, audience["environment"]?.string,
                    audience["algorithm"]?.string, audience["resource"]?.string)
            }
            return table.lines(for: terminal)
        }
    }
}

/// `mandate audience show`.
struct AudienceShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one audience with its catalogue of scopes.",
        discussion: """
            Example:
              mandate audience show cloud-inventory-api
            """)

    @Argument(help: "The audience's id.")
    var id: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let audience = try await administration.connect().get("audiences", id).body
        try administration.show(audience) { terminal in Self.lines(audience, terminal) }
    }

    static func lines(_ audience: JSONValue, _ terminal: Terminal) -> [String] {
        let others = (audience.members ?? []).filter { member in member.name != "scopes" }
        var table = Table("SCOPE", "CLASS", "SENSITIVITY")
        for scope in audience["scopes"]?.array ?? [] {
            table.add(scope["name"]?.string, scope["class"]?.string, scope["sensitivity"]?.string)
        }
        return Details(.object(others)).lines(for: terminal) + table.lines(for: terminal)
    }
}
