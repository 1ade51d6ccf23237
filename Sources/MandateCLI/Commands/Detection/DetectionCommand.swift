import ArgumentParser

/// `mandate detection`: what the rules over the ledger found.
struct DetectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detection",
        abstract: "Read what was found in the ledger.",
        discussion: """
            Example:
              mandate detection list
            """,
        subcommands: [DetectionList.self])
}
