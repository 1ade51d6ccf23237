import Foundation
import MandateCore
import MandateJOSE

@testable import MandateStore

/// A place whose ledger is signed.
struct Signing {
    let place: Place
    let key: LedgerKey

    init(_ place: Place) throws {
        self.place = place
        key = try LedgerKey.adopt(
            named: NoteKeyName(ledgerOf: Place.issuer), in: KeyDirectory(path: place.directory + "/keys"))
    }

    /// Opens the store and signs from now on.
    func open() async throws -> Store {
        let store = try place.open()
        do {
            try await store.signCheckpoints(with: key, checkedBy: Ed25519Notes())
        } catch {
            store.close()
            throw error
        }
        return store
    }

    var file: String { place.database + ".checkpoint" }

    /// The checkpoint in the file, verified; nil when there is none.
    func published() throws -> Checkpoint? {
        guard let note = FileManager.default.contents(atPath: file) else { return nil }
        return try SignedCheckpoint([UInt8](note), by: key.verifierKey, checking: Ed25519Notes()).checkpoint
    }

    /// Waits until the file covers so many records; nil when it does not in time.
    func published(covering size: Int64, within limit: Duration = .seconds(3)) async throws -> Duration? {
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < limit {
            if try published()?.size == size { return ContinuousClock.now - begin }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}

extension Store {
    func append(_ count: Int, at now: Instant) async -> Bool {
        await outcomes(of: (0..<count).map { .refusal("req-\($0)", at: now) }).allSatisfy { $0 == .durable }
    }

    /// The root over all records, by the definition.
    func expectedRoot() throws -> [UInt8] {
        let hasher = MerkleHasher(OpenSSLDigests())
        var frontier = MerkleFrontier()
        for line in try records() { try frontier.append(try hasher.leaf(line.bytes), hasher) }
        return try frontier.root(hasher)
    }

    func storedRoot() throws -> [UInt8] {
        try reading { (reader) throws(Problem) in try reader.ledgerRoot(of: 0..<(try reader.ledgerSize())) }
    }

    func checkpoints() throws -> [StoredCheckpoint] {
        try reading { (reader) throws(Problem) in try reader.checkpoints(after: 0, limit: 10_000) }
    }
}
