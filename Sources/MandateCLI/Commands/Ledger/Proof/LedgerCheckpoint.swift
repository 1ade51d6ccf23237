import ArgumentParser
import MandateCore

/// `mandate ledger checkpoint`.
struct LedgerCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint, all that are kept, or the key that signs.",
        discussion: """
            Keep the newest and the key on another machine: against them a cut or rewritten ledger shows. A list of all has
            the signed notes themselves with --json.

            Example:
              mandate ledger checkpoint --key > ledger.vkey && mandate ledger checkpoint > ledger.checkpoint
              mandate ledger checkpoint --all
            """)

    @Flag(help: "Print the key that verifiers need, instead of the checkpoint.")
    var key = false
    @Flag(help: "List every checkpoint that is kept, the oldest first.")
    var all = false
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        if key, all { throw ValidationError("give one of --key and --all") }
    }

    func run() async throws {
        let server = try await administration.connect()
        if key { return try await showKey(of: server) }
        if all { return try await showAll(of: server) }
        var note = try await server.text("ledger", "checkpoint")
        let newest = try KeptCheckpoint(note: note)
        if administration.json { return try StandardOutput.line(newest.json.canonical) }
        if note.last == UInt8(ascii: "\n") { note.removeLast() }
        try StandardOutput.line(note)
    }

    private func showKey(of server: Administration) async throws {
        let answer = try await server.get("ledger", "key").body
        guard let text = answer["key"]?.string else { throw Administration.unreadable }
        try administration.show(answer) { _ in [text] }
    }

    private func showAll(of server: Administration) async throws {
        let items = try await server.items("ledger", "checkpoints", query: [(name: "limit", value: "1000")])
        let checkpoints = try items.map { item throws(CommandFailure) in try KeptCheckpoint(item) }
        try administration.show(["items": .array(checkpoints.map(\.json)), "next": .null]) { terminal in
            var table = Table("SIZE", "AT", "ROOT")
            for checkpoint in checkpoints { table.add(String(checkpoint.size), checkpoint.time, checkpoint.root) }
            return table.lines(for: terminal)
        }
    }
}
