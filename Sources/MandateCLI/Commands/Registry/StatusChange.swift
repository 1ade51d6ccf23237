import ArgumentParser
import MandateCore

/// What the commands have in common that stop something, or let it go on.
struct StatusChange: ParsableArguments {
    @Argument(help: "Its id.")
    var id: String
    @Option(help: ArgumentHelp("Why, for the ledger.", valueName: "text"))
    var reason: String?
    @OptionGroup var administration: AdministrationOptions

    /// Makes the change and prints what it cut.
    func run(_ verb: String, _ done: String, in collection: String) async throws {
        let body = reason.map { reason -> JSONValue in ["reason": .string(reason)] }
        let answer = try await administration.connect().post(collection, id, verb, body: body)
        try administration.show(answer.body) { terminal in
            [terminal.styled("\(Terminal.harmless(id)) \(done)", .good) + Self.cut(answer.body)]
        }
    }

    /// `: 3 tokens and 1 link cut, the last until 2026-01-31T09:00:00.000Z`.
    static func cut(_ answer: JSONValue) -> String {
        guard let tokens = answer["tokens"]?.integer, let links = answer["links"]?.integer, tokens + links > 0 else {
            return ""
        }
        let until = answer["latest_exp"]?.string.map { ", the last until \(Terminal.harmless($0))" } ?? ""
        return ": \(tokens) token\(tokens == 1 ? "" : "s") and \(links) link\(links == 1 ? "" : "s") cut\(until)"
    }
}
