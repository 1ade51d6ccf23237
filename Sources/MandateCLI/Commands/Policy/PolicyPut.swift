import ArgumentParser
import MandateCore

/// `mandate policy put`.
struct PolicyPut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Replace all policies at once by those of a file.",
        discussion: """
            The file lists them under policies, as a registry file does; or it is what mandate policy list --json printed,
            changed: then it replaces no other set than the one it was made from. What the file does not list is in force
            no more. Where nothing would change, there is no new version.

            Example:
              mandate policy put -f policies.yaml
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The policies as YAML or JSON; - for standard input.", valueName: "file|-"))
    var file: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let policies = try RegistryFile(path: file)
        let server = try await administration.connect()
        let before = try await Self.version(of: server)
        let answer: JSONValue
        do {
            answer = try await server.put("policies", body: policies.records).body
        } catch let refused as Refused {
            throw policies.failure(refused)
        }
        guard let version = answer["version"]?.integer, let count = answer["items"]?.array?.count else {
            throw Administration.unreadable
        }
        try administration.show(answer) { _ in
            if version == before { return ["nothing changed: version \(version) stays in force"] }
            return ["version \(version) is in force, with \(count) \(count == 1 ? "policy" : "policies")"]
        }
    }

    /// The version in force; nil for somebody who may not read it.
    private static func version(of server: Administration) async throws -> Int64? {
        do {
            let newest = try await server.get("policies", "versions", query: [(name: "limit", value: "1")]).body
            return newest["items"]?.array?.first?["version"]?.integer
        } catch is Refused {
            return nil
        }
    }
}
