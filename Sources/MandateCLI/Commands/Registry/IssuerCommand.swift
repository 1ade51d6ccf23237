import ArgumentParser
import MandateCore

/// `mandate issuer`: who may say which person it is.
struct IssuerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issuer",
        abstract: "List and trust the issuers whose tokens name people.",
        discussion: """
            Example:
              mandate issuer show https://login.example.com
            """,
        subcommands: [IssuerList.self, IssuerShow.self, IssuerPut.self])
}

/// `mandate issuer list`.
struct IssuerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List trusted issuers.",
        discussion: """
            Example:
              mandate issuer list
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let issuers = try await administration.connect().items("issuers")
        try administration.show(["items": .array(issuers), "next": .null]) { terminal in
            var table = Table("ISSUER", "AUDIENCES", "PRINCIPAL", "KEYS")
            for issuer in issuers {
                let audiences = issuer["audiences"].map(Details.text)
                table.add(issuer["issuer"]?.string, audiences, issuer["principal_claim"]?.string, Self.keys(of: issuer))
            }
            return table.lines(for: terminal)
        }
    }

    /// The file of the keys, or how many there are.
    static func keys(of issuer: JSONValue) -> String {
        if let path = issuer["jwks_file"]?.string { return path }
        let count = issuer["jwks"]?["keys"]?.array?.count ?? 0
        return "\(count) key\(count == 1 ? "" : "s")"
    }
}

/// `mandate issuer show`.
struct IssuerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one trusted issuer with what its people may hand over.",
        discussion: """
            Example:
              mandate issuer show https://login.example.com
            """)

    @Argument(help: "The issuer: the iss of its tokens.")
    var issuer: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let issuer = try await administration.connect().get("issuers", issuer).body
        try administration.show(issuer) { terminal in Self.lines(issuer, terminal) }
    }

    static func lines(_ issuer: JSONValue, _ terminal: Terminal) -> [String] {
        var table = Table("WHEN", "AUDIENCE", "SCOPES")
        for entry in issuer["delegable"]?.array ?? [] {
            let conditions = (entry["when"]?.members ?? []).map { "\($0.name) = \(Details.text($0.value))" }
            for audience in entry["authority"]?.members ?? [] {
                let people = conditions.isEmpty ? "everybody" : conditions.joined(separator: ", ")
                table.add(people, audience.name, Details.text(audience.value))
            }
        }
        let others = (issuer.members ?? []).filter { $0.name != "delegable" && $0.name != "jwks" }
        let keys = JSONMember(name: "keys", value: .string(IssuerList.keys(of: issuer)))
        let all = issuer["jwks_file"]?.string == nil ? others + [keys] : others
        return Details(.object(all)).lines(for: terminal) + table.lines(for: terminal)
    }
}
