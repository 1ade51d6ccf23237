import MandateCore
import MandateJOSE
import Testing

@testable import MandateCLI

@Suite("Verifying a ledger")
struct LedgerVerificationTests {
    /// Five records as the writer makes them.
    private func ledger() throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        var previous: String?
        for sequence in Int64(1)...5 {
            var record = LedgerRecord(at: Instant(seconds: 1_800_000_000 + sequence), event: .tokenRefused)
            record.agentID = "agent-\(sequence)"
            record.decision = .deny
            let bytes = record.pieces.record(sequence: sequence, previous: previous)
            previous = "sha256:" + Hex.encode(try SHA256.hash([0x00] + bytes))
            records.append(bytes)
        }
        return records
    }

    private func fault(_ records: [[UInt8]], after: Int64 = 0) -> LedgerFault? {
        var verification = LedgerVerification(after: after)
        do throws(LedgerFault) {
            for record in records { try verification.check(record) }
            return nil
        } catch {
            return error
        }
    }

    @Test("accepts it whole, and from a given record on")
    func accepts() throws {
        let records = try ledger()
        #expect(fault(records) == nil)
        #expect(fault(Array(records[2...]), after: 2) == nil)
        #expect(fault([]) == nil)
    }

    @Test("finds every changed byte, at its record or the next")
    func findsFlips() throws {
        let records = try ledger()
        for index in records[2].indices {
            var changed = records
            changed[2][index] ^= 0x01
            #expect(fault(changed) != nil, "byte \(index)")
        }
    }

    @Test("finds an edit that keeps the form, and names the record after it")
    func findsEdits() throws {
        var records = try ledger()
        let text = String(decoding: records[2], as: UTF8.self)
        records[2] = Array(text.replacing("agent-3", with: "agent-9").utf8)
        #expect(fault(records)?.sequence == 4)
    }

    @Test("finds what was removed, inserted or moved")
    func findsMoves() throws {
        let records = try ledger()
        var cut = records
        cut.remove(at: 2)
        #expect(fault(cut)?.sequence == 4)
        var inserted = records
        inserted.insert(records[1], at: 2)
        #expect(fault(inserted)?.sequence == 2)
        var moved = records
        moved.swapAt(1, 2)
        #expect(fault(moved)?.sequence == 3)
        #expect(fault(Array(records.dropFirst()))?.sequence == 2)
    }

    @Test("finds a first record that has something before it")
    func findsLostBeginning() throws {
        let record = LedgerRecord(at: Instant(seconds: 1), event: .serverStarted).pieces
        let zeros = "sha256:" + String(repeating: "0", count: 64)
        #expect(fault([record.record(sequence: 1, previous: zeros)])?.why == "its prev is not null")
    }

    @Test("refuses another spelling of the same record", arguments: [" ", "\t"])
    func findsSpelling(blank: String) throws {
        var records = try ledger()
        records[0].insert(contentsOf: blank.utf8, at: 1)
        #expect(fault(records)?.sequence == 1)
    }

    @Test("takes records from a page as they are, blanks and quotes included")
    func verbatim() throws {
        let page =
            #"{"next":null,"items":[ {"a":"]}\"items\":[{","seq":1}, {"b":[{"c":1}],  "items":[{}],"seq":2}],"more":[{"x":1}]}"#
        let answer = try AdministrationAnswer(status: 200, raw: Array(page.utf8))
        let records = try LedgerPage(answer).records.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(records == [#"{"a":"]}\"items\":[{","seq":1}"#, #"{"b":[{"c":1}],  "items":[{}],"seq":2}"#])
    }
}
