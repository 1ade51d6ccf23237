import ArgumentParser
import MandateCore

/// What the commands have in common that write one record of the registry from a file.
struct RecordOptions: ParsableArguments {
    @Argument(help: "Its id.")
    var id: String
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The record as YAML or JSON, in the form of a registry file's entry; - for standard input.",
            valueName: "file|-"))
    var file: String
    @OptionGroup var administration: AdministrationOptions

    /// Whether the record in the registry becomes what the file says, or only takes its members.
    enum Manner: Sendable {
        case replacing
        /// RFC 7396: null removes a member.
        case merging
    }

    /// Sends the record and prints it as it is then; what is refused is named with its line in the file.
    func run(
        _ manner: Manner = .replacing, in collection: String,
        lines: (JSONValue, Terminal) -> [String] = { record, terminal in Details(record).lines(for: terminal) }
    ) async throws {
        let record = try RegistryFile(path: file)
        guard record.json.members?.isEmpty == false else {
            throw CommandFailure("\(record.name) is empty: write the members of the record, such as owner: …")
        }
        let server = try await administration.connect()
        let answer: JSONValue
        do {
            answer =
                switch manner {
                case .replacing: try await server.put(collection, id, body: record.json).body
                case .merging: try await server.patch(collection, id, body: record.json).body
                }
        } catch let refused as Refused where refused.status != 404 {
            throw record.failure(refused)
        }
        let saved = JSONValue.object((answer.members ?? []).filter { member in member.name != "warnings" })
        try administration.show(answer) { terminal in lines(saved, terminal) }
    }
}
