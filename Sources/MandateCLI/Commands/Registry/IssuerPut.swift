import ArgumentParser

/// `mandate issuer put`.
struct IssuerPut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Trust an issuer, or replace its record.",
        discussion: """
            The id is the iss of its tokens. A relative jwks_file starts from the directory of the file, or from the working
            directory when the record comes from standard input.

            Example:
              mandate issuer put https://login.example.com -f login.yaml
            """)

    @OptionGroup var record: RecordOptions

    func run() async throws {
        try await record.run(in: "issuers", lines: IssuerShow.lines)
    }
}
