import ArgumentParser
import MandateCore

/// `mandate export`: writes the registry as a file that `mandate apply` reads.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the registry as a registry file.",
        discussion: """
            Applying the file changes nothing. Applied to an empty installation it makes the same registry, with new client
            secrets to be issued: secrets, attestations, tasks and the ledger are not in it.

            Example:
              mandate export --out registry.yaml
            """)

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var out: String?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let registry = try await RegistryExport.read(from: try await administration.connect())
        let bytes = administration.json ? registry.document.canonical + [UInt8(ascii: "\n")] : try registry.yaml()
        if bytes.count > YAMLDocument.maximumLength {
            StandardError.line("warning: the file is longer than the 16 MiB that mandate apply reads: split it")
        }
        guard let out else { return try StandardOutput.write(bytes) }
        try PrivateFile(path: out, mode: 0o600).replace(with: bytes)
    }
}
