import MandateCore

extension LedgerVerification {
    private static let longestRecord = 1024 * 1024

    /// Checks the records of a file of JSON lines, which are the next ones.
    mutating func check(file: String) throws(CommandFailure) {
        var lines = try LineReader(file: file, limit: Self.longestRecord)
        while let record = try lines.next() {
            do throws(LedgerFault) {
                try check(record)
            } catch {
                throw CommandFailure("\(file):\(lines.line): \(error)")
            }
        }
    }

    /// Checks that nothing is missing at the end of `source`.
    mutating func finish(_ source: String) throws(CommandFailure) {
        do throws(LedgerFault) {
            try finish()
        } catch {
            throw CommandFailure("\(source): \(error)")
        }
    }
}

/// Archives of a ledger, as `mandate ledger archive` makes them.
struct LedgerArchives {
    /// Oldest first.
    let files: [String]

    /// Puts them in the order of their first records.
    init(_ files: [String]) throws(CommandFailure) {
        var found: [(first: Int64, file: String)] = []
        for file in files {
            var lines = try LineReader(file: file, limit: 1024 * 1024)
            guard let line = try lines.next(), let first = Self.number(line) else {
                throw CommandFailure("\(file) does not begin with a record of a ledger: is it an archive?")
            }
            found.append((first, file))
        }
        self.files = found.sorted { $0.first < $1.first }.map(\.file)
    }

    /// The checkpoints that were written beside them.
    func checkpoints(_ reading: CheckpointReading) throws(CommandFailure) -> [NamedCheckpoint] {
        var found: [NamedCheckpoint] = []
        for file in files where FileBytes.exists(file + ".checkpoint") {
            found.append(try reading.read(file: file + ".checkpoint"))
        }
        return found
    }

    private static func number(_ line: [UInt8]) -> Int64? {
        do throws(JSONError) {
            return try JSONValue(strict: line)["seq"]?.integer
        } catch {
            return nil
        }
    }
}
