import ArgumentParser
import MandateCore

/// `mandate ledger prove`.
struct LedgerProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Print the proof that a record is in the ledger, or that the ledger continues an older one.",
        discussion: """
            Of a record, the proof leads from its hash to the root of the checkpoint, as RFC 9162 §2.1.3.2 checks it. With
            --from it leads from the root of an older checkpoint to that of a newer one, as RFC 9162 §2.1.4.2 checks it. A
            proof that does not lead there is not printed. Compare the roots with those of checkpoints you kept.

            Example:
              mandate ledger prove 14
              mandate ledger prove --from 1200 --to 1300
            """)

    @Argument(help: ArgumentHelp("The number of the record.", valueName: "seq"))
    var sequence: Int64?
    @Option(help: ArgumentHelp("Of how many records; the newest checkpoint's otherwise.", valueName: "number"))
    var size: Int64?
    @Option(help: ArgumentHelp("How many records the older ledger had.", valueName: "number"))
    var from: Int64?
    @Option(help: ArgumentHelp("How many the newer one has; the newest checkpoint's otherwise.", valueName: "number"))
    var to: Int64?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        guard (sequence == nil) != (from == nil) else {
            throw ValidationError("give either the number of a record, or --from with the size of the older ledger")
        }
        if let sequence, sequence < 1 { throw ValidationError("a record's number is 1 or more") }
        if let size, size < 1 { throw ValidationError("--size is 1 or more") }
        if let from, from < 1 { throw ValidationError("--from is 1 or more") }
        if size != nil, from != nil { throw ValidationError("--size is for a record: with --from give --to") }
        if to != nil, from == nil { throw ValidationError("--to needs --from; for a record give --size") }
        if let from, let to, to < from { throw ValidationError("--to is less than --from: exchange them") }
    }

    func run() async throws {
        let server = try await administration.connect()
        if let from {
            let query = [("from", from)] + (to.map { [("to", $0)] } ?? [])
            let answer = try await server.get("ledger", "consistency", query: Self.written(query))
            try ProvenTree(answer.body).requireConsistency(from: from, to: to)
            return try StandardOutput.line(answer.raw)
        }
        guard let sequence else { return }
        let query = [("seq", sequence)] + (size.map { [("size", $0)] } ?? [])
        let answer = try await server.get("ledger", "inclusion", query: Self.written(query))
        try ProvenTree(answer.body).requireInclusion(of: sequence, in: size)
        try StandardOutput.line(answer.raw)
    }

    private static func written(_ query: [(String, Int64)]) -> Administration.Query {
        query.map { (name: $0.0, value: String($0.1)) }
    }
}
