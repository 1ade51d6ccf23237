import Foundation
import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("Opening a store")
struct OpeningTests {
    private func problem(_ body: () throws -> Store) -> Problem? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test("is refused where there is no database, and makes none")
    func missing() throws {
        let directory = try DataDirectory(withDatabase: false)
        #expect(problem { try directory.open() }?.kind == .notFound)
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }

    @Test("is refused for a file that is no database of ours", arguments: ["", "no database at all, but long enough"])
    func foreignFile(text: String) throws {
        let directory = try DataDirectory(withDatabase: false)
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path))
        #expect(problem { try directory.open() }?.kind == .unavailable)
    }

    @Test("is refused for another program's database, which stays as it was")
    func foreignDatabase() throws {
        let directory = try DataDirectory()
        try directory.tamper("PRAGMA application_id=1; DROP TABLE ledger")
        #expect(problem { try directory.open() }?.kind == .unavailable)
        #expect(throws: StoreError.self) { try directory.count("ledger") }
    }

    @Test("is refused for a newer schema, with the mend")
    func newerSchema() throws {
        let directory = try DataDirectory()
        try directory.tamper("PRAGMA user_version=\(Schema.version + 1)")
        let problem = problem { try directory.open() }
        #expect(problem?.kind == .unavailable)
        #expect(problem?.detail.contains("use a newer mandate") == true)
    }

    @Test("is refused while another store has it, and granted when that one is gone")
    func lock() throws {
        let directory = try DataDirectory()
        var first: Store? = try directory.open()
        #expect(problem { try directory.open() }?.kind == .conflict)
        first?.close()
        first = nil
        #expect(problem { try directory.open() } == nil)
    }

    @Test("is refused when the last record does not continue the one before")
    func tamperedLedger() async throws {
        let directory = try DataDirectory()
        var store: Store? = try directory.open()
        _ = await store?.ledger.append([.refusal("first"), .refusal("second")])
        store?.close()
        store = nil
        try directory.tamper("UPDATE ledger SET record = replace(record, 'first', 'fatal') WHERE seq = 1")
        let problem = problem { try directory.open() }
        #expect(problem?.kind == .unavailable)
        #expect(problem?.detail.contains("does not continue the one before") == true)
    }

    @Test("of a database that is there already is no making of one, and its file is its owner's alone")
    func create() throws {
        let directory = try DataDirectory()
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.path))
        #expect(throws: Problem.self) { try directory.create() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.path)) == before)
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("under another issuer links every registration anew")
    func issuerChanges() async throws {
        let directory = try DataDirectory()
        var store: Store? = try directory.open()
        try await store?.register()
        try await store?.register(Registered.agent("second"))
        let before = try store?.registration()
        let epoch = try store?.epoch
        store?.close()
        store = nil

        store = try directory.open(issuer: "https://new.example")
        let after = try #require(try store?.registration())
        #expect(after.agent == before?.agent && after.link != before?.link)
        #expect(try JSONValue(strict: after.link.document)["iss"] == "https://new.example")
        #expect(try ChainHash(ofLink: after.link.document, hashing: OpenSSLDigests()) == after.link.hash)
        #expect(try store?.epoch.number == epoch.map { $0.number + 1 })
        #expect(try directory.count("link") == 4)
        store?.close()
        store = nil

        store = try directory.open(issuer: "https://new.example")
        #expect(try store?.registration() == after)
        #expect(try directory.count("link") == 4)
        store?.close()
    }

    @Test("finds again what was written before")
    func reopens() async throws {
        let directory = try DataDirectory()
        var store: Store? = try directory.open()
        try await store?.register()
        _ = await store?.ledger.append([.refusal()])
        let before = try store?.registration()
        store?.close()
        store = nil
        store = try directory.open()
        #expect(try store?.registration() == before)
        _ = await store?.ledger.append([.refusal()])
        #expect(try directory.records().map { try JSONValue(strict: $0)["seq"]?.integer } == [1, 2])
        store?.close()
    }
}
