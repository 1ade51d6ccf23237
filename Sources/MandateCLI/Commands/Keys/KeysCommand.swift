import ArgumentParser
import MandateCore

/// `mandate keys`: the signing keys.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List, rotate and revoke signing keys.",
        discussion: """
            Example:
              mandate keys rotate
            """,
        subcommands: [KeysList.self, KeysRotate.self, KeysRevoke.self])
}

/// `mandate keys list`.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List signing keys and their states.",
        discussion: """
            Example:
              mandate keys list
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let keys = try await administration.connect().items("keys")
        try administration.show(["items": .array(keys)]) { terminal in
            var table = Table("KID", "ALG", "STATE", "CREATED", "ACTIVE SINCE", "RETIRED")
            for key in keys {
                table.add(
                    key["kid"]?.string, key["alg"]?.string, key["state"]?.string, key["created_at"]?.string,
                    key["activated_at"]?.string, key["retired_at"]?.string)
            }
            return table.lines(for: terminal)
        }
    }
}

/// `mandate keys rotate`.
struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Move the keys one safe step on.",
        discussion: """
            The first time publishes the next key. Later times let it sign, retire the old one and remove it, each
            when every verifier had the time to notice; until then it says how long to wait.

            Example:
              mandate keys rotate
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let answer = try await administration.connect().post("keys", "rotate").body
        guard let steps = answer["steps"]?.array else { throw Administration.unreadable }
        try administration.show(answer) { _ in
            steps.isEmpty ? ["nothing to do"] : steps.map(Self.line)
        }
    }

    /// `ES256: published KID, until 2026-01-31T09:00:00.000Z`.
    static func line(_ step: JSONValue) -> String {
        let algorithm = step["algorithm"]?.string ?? "?"
        let kid = step["kid"]?.string ?? ""
        let until = step["until"]?.string
        let name = step["step"]?.string ?? "?"
        if name == "wait" {
            return Terminal.harmless("\(algorithm): nothing to do before \(until ?? "later")")
        }
        let next = until.map { "; next step from \($0)" } ?? ""
        return Terminal.harmless("\(algorithm): \(name) \(kid)\(next)")
    }
}

/// `mandate keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Refuse a key and all its tokens at once: for emergencies.",
        discussion: """
            The next key, when there is one, signs from now on.

            Example:
              mandate keys revoke 5w9dXk0m8mYwQyqJ2Jp1pJb8m3m3n8b1yq0xw4h7C2E
            """)

    @Argument(help: "The key's id.")
    var kid: String
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let answer = try await administration.connect().post("keys", kid, "revoke")
        try administration.show(answer.body) { terminal in
            [terminal.styled("\(Terminal.harmless(kid)) is revoked", .good)]
        }
    }
}
