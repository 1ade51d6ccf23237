import Foundation
import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateCLI

/// One way to falsify an export.
private enum Edit: Int, CaseIterable {
    case flip, replaceByte, insertBytes, cutBytes, cutEnd, removeLines, insertLine, repeatLine, swapLines, moveLine
    case replaceLine, editValue, splice, shuffle

    private static let newline = UInt8(ascii: "\n")

    /// The export after the edit.
    func apply(to export: [UInt8], of ledger: SignedLedger, _ chance: inout SeededGenerator) -> [UInt8] {
        var bytes = export
        var lines = ledger.records
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        let (line, other) = (
            Int.random(in: 0..<lines.count, using: &chance), Int.random(in: 0..<lines.count, using: &chance)
        )
        switch self {
        case .flip: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
        case .replaceByte: bytes[place] = UInt8.random(in: 0...255, using: &chance)
        case .insertBytes:
            let count = Int.random(in: 1...20, using: &chance)
            bytes.insert(contentsOf: (0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) }, at: place)
        case .cutBytes: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...600, using: &chance)))
        case .cutEnd: bytes.removeSubrange(place...)
        case .splice:
            let from = Int.random(in: 0..<bytes.count, using: &chance)
            let piece = bytes[from..<min(bytes.count, from + Int.random(in: 1...100, using: &chance))]
            bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: Array(piece))
        case .removeLines: lines.removeSubrange(line..<min(lines.count, line + Int.random(in: 1...5, using: &chance)))
        case .insertLine: lines.insert(Array("{\"seq\":\(line + 1)}".utf8), at: line)
        case .repeatLine: lines.insert(lines[other], at: line)
        case .swapLines: lines.swapAt(line, other)
        case .moveLine: lines.insert(lines.remove(at: line), at: other)
        case .replaceLine: lines[line] = lines[other]
        case .editValue:
            let text = String(decoding: lines[line], as: UTF8.self)
            lines[line] = Array(text.replacing("agent-", with: "agent_", maxReplacements: 1).utf8)
        case .shuffle: lines.shuffle(using: &chance)
        }
        switch self {
        case .flip, .replaceByte, .insertBytes, .cutBytes, .cutEnd, .splice: return bytes
        case .removeLines, .insertLine, .repeatLine, .swapLines, .moveLine, .replaceLine, .editValue, .shuffle:
            return lines.flatMap { $0 + [Self.newline] }
        }
    }
}

@Suite("An exported ledger with its checkpoint")
struct LedgerEditTests {
    /// How many edits there are: `MANDATE_EDITS`, or enough to find a gap in a form of edit.
    private static let count = ProcessInfo.processInfo.environment["MANDATE_EDITS"].flatMap { Int($0) } ?? 100_000

    @Test("hides no edit", arguments: [UInt64(1), 2, 3, 4])
    func edits(seed: UInt64) throws {
        print("Notice: edits of a ledger with seed \(seed)")
        let ledger = try SignedLedger(count: 24)
        let (export, checkpoint) = (ledger.export, [try ledger.checkpoint()])
        #expect(SignedLedger.fault(export, checkpoint) == nil)
        let verified = try states(of: ledger, checkpoint)
        var chance = SeededGenerator(seed: seed)
        var made: [Edit: Int] = [:]
        for number in 0..<Self.count / 4 {
            let edit = Edit.allCases[number % Edit.allCases.count]
            let edited = edit.apply(to: export, of: ledger, &chance)
            // The line feed after the last record is no part of any record.
            if edited == export || edited + [UInt8(ascii: "\n")] == export { continue }
            made[edit, default: 0] += 1
            let same = verified.last { $0.offset <= edited.count && edited.starts(with: export, for: $0.offset) }
            let start = try #require(same)
            if SignedLedger.fault(start.state, edited[start.offset...]) == nil {
                Issue.record("\(edit), number \(number) of seed \(seed), was not found")
                return
            }
        }
        #expect(made.count == Edit.allCases.count)
        #expect(made.values.reduce(0, +) > Self.count / 4 * 9 / 10)
    }

    /// Where verification stands after each record that was not touched: the same for every edit behind it.
    private func states(
        of ledger: SignedLedger, _ checkpoint: [NamedCheckpoint]
    ) throws -> [(offset: Int, state: LedgerVerification)] {
        var state = LedgerVerification(checkpoints: checkpoint)
        var found = [(offset: 0, state: state)]
        for record in ledger.records.dropLast() {
            try state.check(record)
            found.append((found[found.count - 1].offset + record.count + 1, state))
        }
        return found
    }

    @Test("that was recomputed as a whole is found by its root, and the records that may be bad are named")
    func recomputed() throws {
        let (ledger, other) = (try SignedLedger(count: 12), try SignedLedger(count: 12))
        let checkpoint = try ledger.checkpoint()
        #expect(SignedLedger.fault(other.export, [checkpoint]) == nil, "the same records have the same root")
        var forged = RecomputedLedger(ledger.records)
        forged.rewrite(7)
        let fault = SignedLedger.fault(forged.export, [checkpoint])
        #expect(
            fault?.description
                == "one of the records 1 to 12 is bad: ledger.checkpoint was signed over other records")
        #expect(SignedLedger.fault(forged.export, []) == nil, "without a checkpoint it cannot be told")
    }

    @Test("shows what was cut off its end, and goes on after it")
    func cut() throws {
        let ledger = try SignedLedger(count: 12, signedAt: 9)
        let checkpoint = try ledger.checkpoint()
        #expect(SignedLedger.fault(ledger.export, [checkpoint]) == nil)
        let cut = ledger.records[..<8].flatMap { $0 + [UInt8(ascii: "\n")] }
        #expect(
            SignedLedger.fault(cut, [checkpoint])?.description
                == "records were cut: ledger.checkpoint covers 9 records, the ledger ends with record 8")
        #expect(SignedLedger.fault([], [checkpoint])?.description.hasPrefix("records were cut") == true)
    }

    @Test("begins after what is archived, with the tree and the hash up to there")
    func archived() throws {
        let ledger = try SignedLedger(count: 12)
        let hasher = MerkleHasher(OpenSSLDigests())
        var tree = MerkleTiles()
        for record in ledger.records[..<5] { _ = try tree.append(try hasher.leaf(record), hasher) }
        let last = try hasher.leaf(ledger.records[4])
        func fault(_ records: [[UInt8]], _ tree: KnownTree, _ last: [UInt8]?) throws -> LedgerFault? {
            var verification = LedgerVerification(
                after: 5, tree: tree, previous: last, checkpoints: [try ledger.checkpoint()])
            do throws(LedgerFault) {
                for record in records { try verification.check(record) }
                try verification.finish()
                return nil
            } catch {
                return error
            }
        }
        let rest = Array(ledger.records[5...])
        #expect(try fault(rest, .tiles(tree), last) == nil)
        #expect(try fault(rest, .tiles(tree), try hasher.leaf([]))?.sequence == 6)
        #expect(try fault(rest, .unknown, last)?.sequence == 12)
        #expect(
            try fault(Array(rest.dropLast()), .tiles(tree), last)?.description.hasPrefix("records were cut") == true)
    }

    @Test("is compared with a checkpoint only when somebody known has signed it")
    func keys() throws {
        let (ledger, other) = (try SignedLedger(count: 3), try SignedLedger(count: 3))
        func refusal(_ note: [UInt8], _ keys: [VerifierKey]) -> String? {
            do throws(CommandFailure) {
                _ = try CheckpointReading(keys: keys).read(note, from: "f")
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(ledger.note, [other.key, ledger.key]) == nil)
        #expect(refusal(ledger.note, []) == nil)
        #expect(refusal(ledger.note, [other.key])?.contains("is not signed by the key") == true)
        let changed = Array(String(decoding: ledger.note, as: UTF8.self).replacing("\n3\n", with: "\n4\n").utf8)
        #expect(refusal(changed, [ledger.key, other.key])?.contains("signature that does not fit") == true)
        #expect(refusal(Array("x".utf8), [ledger.key]) == "f is not a checkpoint")
        #expect(try CheckpointReading.key(ledger.key.description) == ledger.key)
        #expect(throws: CommandFailure.self) { try CheckpointReading.key("nowhere") }
    }
}

extension [UInt8] {
    /// Whether both begin with the same `count` bytes.
    fileprivate func starts(with other: [UInt8], for count: Int) -> Bool {
        withUnsafeBytes { mine in other.withUnsafeBytes { memcmp(mine.baseAddress!, $0.baseAddress!, count) == 0 } }
    }
}

/// A ledger whose chain of hashes was made anew after an edit.
private struct RecomputedLedger {
    private var records: [[UInt8]]

    init(_ records: [[UInt8]]) { self.records = records }

    /// Changes one record and all hashes after it.
    mutating func rewrite(_ index: Int) {
        let text = String(decoding: records[index], as: UTF8.self)
        records[index] = Array(text.replacing("agent-", with: "agent_").utf8)
        for next in index + 1..<records.count {
            guard let old = try? JSONValue(strict: records[next])["prev"]?.string,
                let hash = try? MerkleHasher(OpenSSLDigests()).leaf(records[next - 1])
            else { continue }
            let text = String(decoding: records[next], as: UTF8.self)
            records[next] = Array(text.replacing(old, with: "sha256:" + Hex.encode(hash)).utf8)
        }
    }

    var export: [UInt8] { records.flatMap { $0 + [UInt8(ascii: "\n")] } }
}
