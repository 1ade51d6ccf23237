import ArgumentParser
import MandateCore

/// `mandate ledger checkpoint`.
struct LedgerCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint, or the key that signs.",
        discussion: """
            Keep both on another machine: against them a cut or rewritten ledger shows.

            Example:
              mandate ledger checkpoint --key > ledger.vkey && mandate ledger checkpoint > ledger.checkpoint
            """)

    @Flag(help: "Print the key that verifiers need, instead of the checkpoint.")
    var key = false
    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        let server = Administration(try await Assembly.administration(try configuration.settings()))
        if key {
            guard let text = try await server.get("ledger", "key").body["key"]?.string else {
                throw Administration.unreadable
            }
            return try StandardOutput.line(text)
        }
        var note = try await server.text("ledger", "checkpoint")
        if note.last == UInt8(ascii: "\n") { note.removeLast() }
        try StandardOutput.line(note)
    }
}

/// `mandate ledger prove`.
struct LedgerProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Print the proof that a record is in the ledger of a checkpoint.",
        discussion: """
            The proof (RFC 9162) leads from the hash of the record to the root of the checkpoint; docs/ledger.md shows
            how anybody checks it.

            Example:
              mandate ledger prove 14
            """)

    @Argument(help: ArgumentHelp("The number of the record.", valueName: "seq"))
    var sequence: Int64
    @Option(help: ArgumentHelp("Of how many records; the newest checkpoint's otherwise.", valueName: "number"))
    var size: Int64?
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard sequence > 0 else { throw ValidationError("a record's number is 1 or more") }
        if let size, size < 1 { throw ValidationError("--size is 1 or more") }
    }

    func run() async throws {
        let server = Administration(try await Assembly.administration(try configuration.settings()))
        var query = [(name: "seq", value: String(sequence))]
        if let size { query.append((name: "size", value: String(size))) }
        try StandardOutput.line(try await server.get("ledger", "inclusion", query: query).raw)
    }
}

/// `mandate ledger rotate-key`.
struct LedgerRotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Replace the key that signs checkpoints, while no server runs.",
        discussion: """
            For a key that is lost or was copied. The ledger must agree with the newest checkpoint of the old key. The old
            file stays beside the new one, the change is recorded, and the checkpoints kept in the database go: copies
            elsewhere are checked with the old key.

            Example:
              mandate ledger rotate-key
            """)

    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        let key = try await Assembly.rotateLedgerKey(try configuration.settings())
        try StandardOutput.line("the ledger has a new key; give it to whoever verifies:")
        try StandardOutput.line(key.description)
    }
}
