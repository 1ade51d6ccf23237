import ArgumentParser

/// `mandate ledger`: the record of every decision.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Read, export and verify the record of every decision.",
        discussion: """
            Example:
              mandate ledger export > ledger.jsonl && mandate ledger verify ledger.jsonl
            """,
        subcommands: [
            LedgerTail.self, LedgerExport.self, LedgerVerify.self, LedgerCheckpoint.self, LedgerProve.self,
            LedgerArchive.self, LedgerRotateKey.self,
        ])
}
