import ArgumentParser

/// `mandate token revoke`.
struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End one token, as an operator; of a delegation token everything below it too.",
        discussion: """
            Resource servers that ask nobody accept an access token until it expires.

            Example:
              mandate token revoke 01a1fce5-0ae6-7b22-93e3-8eb493d6bcf3 --reason "found in a log"
            """)

    @OptionGroup var change: StatusChange

    func run() async throws {
        try await change.run("revoke", "is revoked", in: "tokens")
    }
}
