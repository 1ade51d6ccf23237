import ArgumentParser
import MandateCore

/// `mandate status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the registry answers, and which keys sign.",
        discussion: """
            The server is asked when one runs, else the database itself. Whether the service is ready for traffic is said
            by /readyz.

            Example:
              mandate status
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let status = try await administration.connect().get("status").body
        guard let word = status["status"]?.string, let keys = status["signing_keys"]?.members else {
            throw Administration.unreadable
        }
        try administration.show(status) { terminal in
            [terminal.styled(Terminal.harmless(word), word == "ok" ? .good : .bad)] + Self.lines(keys, terminal)
        }
    }

    /// `ES256: KID signs`, a line an algorithm.
    static func lines(_ keys: [JSONMember], _ terminal: Terminal) -> [String] {
        guard !keys.isEmpty else { return [terminal.styled("no key signs: run mandate keys rotate", .bad)] }
        return keys.map { key in "\(Terminal.harmless(key.name)): \(Details.text(key.value)) signs" }
    }
}
