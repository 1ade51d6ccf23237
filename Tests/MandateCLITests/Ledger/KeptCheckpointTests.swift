import MandateCore
import Testing

@testable import MandateCLI

@Suite("A kept checkpoint")
struct KeptCheckpointTests {
    private let ledger: SignedLedger

    init() throws {
        ledger = try SignedLedger(count: 3)
    }

    @Test("is shown with what its note says")
    func says() throws {
        let note = String(decoding: ledger.note, as: UTF8.self)
        let checkpoint = try ledger.checkpoint().checkpoint
        let kept = try KeptCheckpoint(["size": 3, "at": "2027-01-15T08:00:00.000Z", "note": .string(note)])
        #expect(
            kept.json == [
                "origin": "tokens.example/ledger", "size": 3, "root_hash": .string(Base64.text(of: checkpoint.root)),
                "note": .string(note), "at": "2027-01-15T08:00:00.000Z",
            ])
        #expect(try KeptCheckpoint(note: ledger.note).json["at"] == nil)
    }

    @Test("has the size it is filed under, and a note")
    func refused() {
        let note = JSONValue.string(String(decoding: ledger.note, as: UTF8.self))
        let items: [JSONValue] = [["size": 2, "note": note], ["size": 3], ["note": note], ["size": 3, "note": "no"]]
        for item in items {
            #expect(throws: CommandFailure.self) { try KeptCheckpoint(item) }
        }
    }
}
