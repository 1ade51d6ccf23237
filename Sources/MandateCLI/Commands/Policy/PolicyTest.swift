import ArgumentParser
import MandateCore

/// `mandate policy test`: cases that stand beside policies, judged without a server.
struct PolicyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Judge the cases that stand beside policies; no server and no database is needed.",
        discussion: """
            A file has policies, the agents and audiences they speak of, and cases: what is given, and what is expected.
            The exit status is 1 when a case fails, and 2 when a file cannot be read. A file without cases is only read.

            Example:
              mandate policy test --registry registry.yaml policies/*.yaml
            """)

    @Argument(help: ArgumentHelp("Files of policies and cases (YAML).", valueName: "file"))
    var files: [String]
    @Option(
        help: ArgumentHelp(
            "A registry file for the audiences, types, agents and policies that a file leaves out.", valueName: "file"))
    var registry: String?
    @Flag(help: "Print a JSON object for every case.")
    var json = false
    @OptionGroup var configuration: ConfigurationOptions

    private static let failed: Int32 = 1
    private static let unreadable: Int32 = 2

    func run() async throws {
        var status: Int32 = 0
        do throws(CommandFailure) {
            let document = try registry.map { (path) throws(CommandFailure) in try Self.document(path) }
            for path in files {
                let isGood = try judge(path, over: document)
                if !isGood { status = Self.failed }
            }
        } catch {
            StandardError.line("mandate: \(error)")
            throw ExitCode(Self.unreadable)
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// Whether every case of a file is good.
    private func judge(_ path: String, over registry: RegistryDocument?) throws(CommandFailure) -> Bool {
        let file = try RegistryFile(path: path)
        let cases: PolicyTestFile
        let results: [PolicyTestResult]
        do throws(Problem) {
            cases = try PolicyTestFile(file.json, over: registry, explainer: Assembly.explainer)
            results = try cases.results()
        } catch {
            throw file.failure(error)
        }
        let name = Terminal.harmless(path)
        for warning in cases.warnings { StandardError.line("warning: \(name): \(Terminal.harmless(warning))") }
        for result in results {
            if json {
                try StandardOutput.line(Self.json(result, in: path).canonical)
            } else {
                for line in Self.lines(result, .standardOutput) { try StandardOutput.line(line) }
            }
        }
        let failures = results.filter { !$0.isGood }.count
        if !json {
            try StandardOutput.line("\(name): " + Self.sum(results.count, failures, cases.policyCount))
        }
        return failures == 0
    }

    private static func sum(_ count: Int, _ failures: Int, _ policies: Int) -> String {
        if count == 0 { return "no cases, \(policies) \(policies == 1 ? "policy" : "policies") read" }
        return failures == 0 ? "\(count) ok" : "\(failures) of \(count) FAILED"
    }

    private static func document(_ path: String) throws(CommandFailure) -> RegistryDocument {
        let file = try RegistryFile(path: path)
        do throws(Problem) {
            return try RegistryDocument(file.json)
        } catch {
            throw file.failure(error)
        }
    }

    static func lines(_ result: PolicyTestResult, _ terminal: Terminal) -> [String] {
        let verdict = result.isGood ? terminal.styled("ok    ", .good) : terminal.styled("FAILED", .bad)
        let failures = result.failures.map { failure in
            "         \(failure.member): expected \(Details.text(failure.expected)), got \(Details.text(failure.got))"
        }
        let explanation = ExplanationText(result.explanation.json)
        let why = result.isGood ? [] : explanation.grounds(for: terminal).map { "         " + $0 }
        return ["\(verdict)  \(Terminal.harmless(result.name))"] + failures + why
    }

    private static func json(_ result: PolicyTestResult, in path: String) -> JSONValue {
        [
            "file": .string(path), "name": .string(result.name), "ok": .bool(result.isGood),
            "failures": .array(
                result.failures.map { ["member": .string($0.member), "expected": $0.expected, "got": $0.got] }),
            "explanation": result.explanation.json,
        ]
    }
}
