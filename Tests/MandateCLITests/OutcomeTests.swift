import MandateCore
import Testing

@testable import MandateCLI

@Suite("The exit status")
struct OutcomeTests {
    @Test(
        "is 2 for wrong usage",
        arguments: [
            ["agnt"], ["agent"], ["apply"], ["agent", "list", "--status", "dead"], ["agent", "suspend"],
            ["token", "get", "--client-id", "a", "--watch"], ["verify"], ["ledger", "tail", "-n", "0"],
            ["agent", "register", "--id", "a", "--type", "t", "--owner", "o", "--capability", "x"],
            ["agent", "put", "a"], ["agent", "change", "-f", "x"], ["ledger", "prove"], ["ledger", "prove", "0"],
            ["ledger", "prove", "1", "--from", "1"], ["ledger", "prove", "1", "--to", "2"],
            ["ledger", "prove", "--from", "2", "--to", "1"], ["ledger", "prove", "--from", "1", "--size", "2"],
            ["ledger", "prove", "--from", "0"], ["ledger", "checkpoint", "--key", "--all"],
            ["ledger", "export", "--format", "cef", "--json"], ["status", "now"],
        ])
    func misuse(arguments: [String]) async {
        let outcome = await Outcome.of(arguments)
        #expect(outcome.status == (arguments == ["agent"] ? 0 : 2))
        #expect(!outcome.message.isEmpty)
    }

    @Test("is 1 for what is refused, with one sentence")
    func refused() async {
        let outcome = await Outcome.of(["agent", "list", "--config", "/nowhere/mandate.yaml"])
        #expect(outcome.status == 1)
        #expect(outcome.message.hasPrefix("mandate: /nowhere/mandate.yaml does not exist"))
        #expect(!outcome.message.contains("\n"))
    }

    @Test("is 0 for help, which has an example in every command")
    func help() async {
        for command in Self.commands {
            let outcome = await Outcome.of(command + ["--help"])
            #expect(outcome.status == 0)
            #expect(outcome.message.contains("Example:"), "\(command)")
        }
    }

    private static let commands = [
        [], ["apply"], ["agent"], ["agent", "list"], ["agent", "show"], ["agent", "register"], ["agent", "suspend"],
        ["agent", "resume"], ["agent", "decommission"], ["agent", "secret"], ["type"], ["type", "list"],
        ["type", "show"], ["type", "suspend"], ["type", "resume"], ["audience"], ["audience", "list"],
        ["agent", "put"], ["agent", "change"], ["type", "put"], ["audience", "put"], ["issuer", "put"], ["status"],
        ["ledger", "prove"], ["ledger", "checkpoint"], ["ledger", "rotate-key"], ["openapi"], ["init"], ["serve"],
        ["audience", "show"], ["keys"], ["keys", "list"], ["keys", "rotate"], ["keys", "revoke"], ["ledger"],
        ["ledger", "tail"], ["ledger", "export"], ["ledger", "verify"], ["token"], ["token", "get"],
        ["token", "exchange"],
        ["token", "inspect"], ["verify"],
    ]

    @Test("hides nothing a terminal could act on")
    func harmless() {
        #expect(Terminal.harmless("a\u{1B}[2Jb\nc\u{202E}d") == "a\\u{1b}[2Jb\\u{a}c\\u{202e}d")
    }
}

@Suite("A token kept fresh")
struct RenewalScheduleTests {
    @Test("is renewed at two thirds of its life")
    func rest() {
        #expect(RenewalSchedule.rest(before: 900) == .seconds(600))
        #expect(RenewalSchedule.rest(before: 1) == .seconds(1))
    }

    @Test("is asked for with growing pauses, and not for ever")
    func pauses() {
        let pauses = (1...9).map { RenewalSchedule.pause(after: $0)?.components.seconds }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(RenewalSchedule.pause(after: 10) == nil)
    }
}
