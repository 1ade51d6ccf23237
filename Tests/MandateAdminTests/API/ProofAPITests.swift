import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("The proof of the ledger")
struct ProofAPITests {
    @Test(
        "is missed in words until a server has signed",
        arguments: ["checkpoint", "key", "inclusion?seq=1", "consistency?from=1"])
    func unsigned(path: String) async throws {
        let answer = try await Desk().ask("GET", "/v1/ledger/\(path)")
        #expect(answer.status == 404 && answer.contentType == "application/problem+json")
        #expect(answer.json["detail"]?.string?.contains("mandate serve") == true)
    }

    @Test("is the newest note byte for byte, the key as verifiers take it, and every note that is kept")
    func signed() async throws {
        let desk = try await Desk()
        let name = try #require(NoteKeyName("tokens.example/ledger"))
        let key = try VerifierKey(name: name, publicKey: [UInt8](repeating: 7, count: 32), hashing: FakeDigests())
        let notes = (1...3).map { size in
            StoredCheckpoint(size: Int64(size), at: Instant(seconds: Int64(size)), note: Array("note \(size)\n".utf8))
        }
        desk.registry.arrange { state in
            state.checkpointKey = key
            state.checkpoints = notes
        }
        let request = AdminRequest(method: "GET", path: "/v1/ledger/checkpoint", operatorName: "op")
        let newest = await desk.api.respond(to: request)
        #expect(newest.status == 200 && newest.body == notes[2].note)
        #expect(newest.contentType == "text/plain; charset=utf-8")
        let named = try await desk.ask("GET", "/v1/ledger/key").json["key"]?.string
        #expect(named != nil && named == key?.description)
        let page = try await desk.ask("GET", "/v1/ledger/checkpoints?limit=2")
        let sizes = (page.json["items"]?.array ?? []).compactMap { $0["size"]?.integer }
        #expect(sizes == [1, 2])
        #expect(page.json["next"] == "2")
        let rest = try await desk.ask("GET", "/v1/ledger/checkpoints?limit=2&after=2")
        let last: JSONValue = ["at": "1970-01-01T00:00:03.000Z", "note": "note 3\n", "size": 3]
        #expect(rest.json["items"]?.array == [last])
        #expect(rest.json["next"] == .null)
    }

    @Test("leads from the hash of a record to the root, and from one root to another")
    func proofs() async throws {
        let desk = try await Desk()
        let count = Int64(desk.registry.state.records.count)
        try #require(count > 2)
        let checker = MerkleProof(MerkleHasher(FakeDigests()))
        func bytes(_ value: JSONValue?) throws -> [UInt8] {
            let text = try #require(value?.string)
            return try #require(Base64.decode(canonical: text.utf8))
        }
        for sequence in 1...count {
            let proof = try await desk.ask("GET", "/v1/ledger/inclusion?seq=\(sequence)&size=\(count)").json
            #expect(proof["seq"] == .integer(sequence) && proof["size"] == .integer(count))
            #expect(
                try checker.includes(
                    bytes(proof["leaf_hash"]), at: sequence - 1, in: count, root: bytes(proof["root_hash"]),
                    path: (proof["proof"]?.array ?? []).map(bytes)))
            let older = try await desk.ask("GET", "/v1/ledger/consistency?from=\(sequence)&to=\(count)").json
            #expect(older["from"] == .integer(sequence) && older["to"] == .integer(count))
            #expect(
                try checker.connects(
                    from: (sequence, bytes(older["root1"])), to: (count, bytes(older["root2"])),
                    path: (older["proof"]?.array ?? []).map(bytes)))
        }
    }
}
