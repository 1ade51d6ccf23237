import ArgumentParser
import MandateCore

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

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let key = try await Assembly.rotateLedgerKey(try administration.configuration.settings()).description
        try administration.show(["key": .string(key)]) { _ in
            ["the ledger has a new key; give it to whoever verifies:", key]
        }
    }
}
