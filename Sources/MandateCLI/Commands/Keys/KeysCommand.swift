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
        try administration.show(["items": .array(keys), "next": .null]) { terminal in
            var table = Table("KID", "ALG", "STATE", "CREATED", "ACTIVE SINCE", "RETIRED")
            for key in keys {
                table.add(
                    key["kid"]?.string, key["algorithm"]?.string, key["state"]?.string, key["created_at"]?.string,
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

    /// `ES256: published KID, next step from 2026-01-31T09:00:00.000Z`.
    static func line(_ step: JSONValue) -> String {
        let algorithm = step["algorithm"]?.string ?? "?"
        let kid = step["kid"]?.string ?? ""
        let until = step["until"]?.string
        let done =
            switch step["action"]?.string {
            case "publish": "published \(kid)"
            case "activate": "signs with \(kid)"
            case "retire": "retired \(kid)"
            case "remove": "removed \(kid)"
            case "wait": "waits"
            default: "unknown step for \(kid)"
            }
        return Terminal.harmless("\(algorithm): \(done)" + (until.map { ", next step from \($0)" } ?? ""))
    }
}

/// `mandate keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a key out of use and out of the key set at once: for emergencies.",
        discussion: """
            The next key, when there is one, signs from now on. Verifiers refuse the tokens of the revoked key when they
            fetch the key set again; it may be cached for five minutes.

            Example:
              mandate keys revoke 5w9dXk0m8mYwQyqJ2Jp1pJb8m3m3n8b1yq0xw4h7C2E --reason "file copied"
            """)

    @Argument(help: "The key's id.")
    var kid: String
    @Option(help: ArgumentHelp("Why, for the ledger.", valueName: "text"))
    var reason: String?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let body = reason.map { reason -> JSONValue in ["reason": .string(reason)] }
        let answer = try await administration.connect().post("keys", kid, "revoke", body: body).body
        try administration.show(answer) { terminal in
            let successor = answer["active"]?.string.map { ["\(Terminal.harmless($0)) signs from now on"] }
            return [terminal.styled("\(Terminal.harmless(kid)) is revoked", .good)]
                + (successor ?? [terminal.styled("no key signs in its place: run mandate keys rotate", .bad)])
        }
    }
}
