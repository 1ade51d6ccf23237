import MandateCore

extension AdminAPI {
    /// The newest signed checkpoint as it is published (C2SP tlog-checkpoint).
    func showCheckpoint(_ call: Call) async throws(Problem) -> AdminResponse {
        let newest = try administration.reading { (reader) throws(Problem) in try reader.latestCheckpoint() }
        guard let newest else { throw Self.noCheckpoint }
        return AdminResponse(status: 200, contentType: "text/plain; charset=utf-8", body: newest.note)
    }

    /// The checkpoints that are kept, the smallest first.
    func listCheckpoints(_ call: Call) async throws(Problem) -> AdminResponse {
        let after = try call.number(query: "after", in: 0...Int64.max) ?? 0
        let limit = try call.limit()
        let found = try administration.reading { (reader) throws(Problem) in
            try reader.checkpoints(after: after, limit: limit)
        }
        return .list(found.map(\.json), next: found.count == limit ? found.last.map { String($0.size) } : nil)
    }

    /// Whose signatures under checkpoints are good, as verifiers are configured with it.
    func showLedgerKey(_ call: Call) async throws(Problem) -> AdminResponse {
        let key = try administration.reading { (reader) throws(Problem) in try reader.checkpointKey() }
        guard let key else { throw Problem(.notFound, "the ledger has no key yet: mandate serve makes it") }
        return .json(["key": .string(key.description)])
    }

    /// That a record is in the ledger of a checkpoint (RFC 9162 §2.1.3).
    func proveInclusion(_ call: Call) async throws(Problem) -> AdminResponse {
        guard let sequence = try call.number(query: "seq", in: 1...Int64.max) else {
            throw Problem(.invalid, field: "seq", "is missing: name the record by its number")
        }
        let asked = try call.number(query: "size", in: 1...Int64.max)
        return .json(
            try administration.reading { (reader) throws(Problem) in
                let size = try Self.size(asked, "size", in: reader)
                guard sequence <= size else {
                    throw Problem(.invalid, field: "seq", "is not one of the first \(size) records")
                }
                return [
                    "seq": .integer(sequence), "size": .integer(size),
                    "leaf_hash": .base64(try reader.ledgerRoot(of: sequence - 1..<sequence)),
                    "root_hash": .base64(try reader.ledgerRoot(of: 0..<size)),
                    "proof": .array(try reader.inclusionProof(of: sequence - 1, in: size).map(JSONValue.base64)),
                ]
            })
    }

    /// That the ledger of one size continues the ledger of a smaller one (RFC 9162 §2.1.4).
    func proveConsistency(_ call: Call) async throws(Problem) -> AdminResponse {
        guard let from = try call.number(query: "from", in: 1...Int64.max) else {
            throw Problem(.invalid, field: "from", "is missing: name the size of the older checkpoint")
        }
        let asked = try call.number(query: "to", in: 1...Int64.max)
        return .json(
            try administration.reading { (reader) throws(Problem) in
                let to = try Self.size(asked, "to", in: reader)
                guard from <= to else {
                    throw Problem(.invalid, field: "from", "is more than \(to), where it must end")
                }
                return [
                    "from": .integer(from), "to": .integer(to),
                    "root1": .base64(try reader.ledgerRoot(of: 0..<from)),
                    "root2": .base64(try reader.ledgerRoot(of: 0..<to)),
                    "proof": .array(try reader.consistencyProof(from: from, to: to).map(JSONValue.base64)),
                ]
            })
    }

    /// The size that was asked for, which the ledger must have; else that of the newest checkpoint.
    private static func size(
        _ asked: Int64?, _ field: String, in reader: any RegistryReader
    ) throws(Problem) -> Int64 {
        guard let asked else {
            guard let newest = try reader.latestCheckpoint() else { throw noCheckpoint }
            return newest.size
        }
        let size = try reader.ledgerSize()
        guard asked <= size else { throw Problem(.invalid, field: field, "is more than the \(size) records there are") }
        return asked
    }

    private static let noCheckpoint = Problem(
        .notFound, "there is no checkpoint yet: mandate serve signs one within a second of a record")
}

extension StoredCheckpoint {
    fileprivate var json: JSONValue {
        [
            "size": .integer(size), "at": .string(at.description),
            "note": .string(String(decoding: note, as: UTF8.self)),
        ]
    }
}

extension JSONValue {
    fileprivate static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Base64.text(of: bytes)) }
}
