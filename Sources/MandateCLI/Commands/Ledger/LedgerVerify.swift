import ArgumentParser
import MandateCore

/// `mandate ledger verify`: recomputes the whole chain of records.
struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that no record was changed, removed, inserted or moved.",
        discussion: """
            Takes an export, or asks the installation when no file is named. What was cut off at the end shows only
            against a head that was noted before: the last line prints it.

            Example:
              mandate ledger verify ledger.jsonl
            """)

    @Argument(help: "An export (JSON lines).")
    var file: String?
    @Option(help: ArgumentHelp("The export begins after this record.", valueName: "seq"))
    var after: Int64 = 0
    @OptionGroup var administration: AdministrationOptions

    private static let longestRecord = 1024 * 1024

    func validate() throws {
        if after < 0 { throw ValidationError("--after is a record's number, 0 or more") }
    }

    func run() async throws {
        let verified = if let file { try Self.verify(file: file, after: after) } else { try await verifyDatabase() }
        let head = verified.head ?? "none"
        let summary: JSONValue = [
            "records": .integer(Int64(verified.count)), "last_seq": .integer(verified.lastSequence),
            "head": verified.head.map { .string($0) } ?? .null,
        ]
        try administration.show(summary) { terminal in
            let text = "\(verified.count) records, last seq \(verified.lastSequence), head \(head)"
            return [terminal.styled("ok", .good) + ": \(text)"]
        }
    }

    static func verify(file: String, after: Int64) throws(CommandFailure) -> LedgerVerification {
        var verification = LedgerVerification(after: after)
        var lines = try LineReader(file: file, limit: longestRecord)
        while let record = try lines.next() {
            do throws(LedgerFault) {
                try verification.check(record)
            } catch {
                throw CommandFailure("\(file):\(lines.line): record \(error.sequence) is bad: \(error.why)")
            }
        }
        return verification
    }

    private func verifyDatabase() async throws -> LedgerVerification {
        var verification = LedgerVerification(after: after)
        try await administration.connect().records(after: after) { record in
            do throws(LedgerFault) {
                try verification.check(record.bytes)
            } catch {
                throw CommandFailure("record \(error.sequence) is bad: \(error.why)")
            }
        }
        return verification
    }
}
