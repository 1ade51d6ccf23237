import MandateCore

extension AdminAPI {
    /// The documents are what was hashed, byte for byte.
    func showDelegation(_ call: Call) async throws(Problem) -> AdminResponse {
        let hash = try call.hash()
        let chain = try administration.reading { (reader) throws(Problem) in try reader.known(hash) }
        var json = JSONWriter(capacity: chain.reduce(256) { $0 + $1.link.document.count + 1 })
        json.raw("{\"delegation_chain_hash\":")
        json.string(hash.text)
        json.raw(",\"links\":[")
        for (index, link) in chain.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw(link.link.document)
        }
        json.raw("],\"status\":")
        json.value(chain.last.map { .string($0.status.rawValue) } ?? .null)
        json.raw("}")
        return .json(rendered: json)
    }

    func revokeDelegation(_ call: Call) async throws(Problem) -> AdminResponse {
        let hash = try call.hash()
        return .json(try await revocations.revoke(hash, because: try call.reason(), by: call.operatorName).json)
    }

    func revokeToken(_ call: Call) async throws(Problem) -> AdminResponse {
        guard let token = UUIDv7(text: call.segments["jti"] ?? "") else {
            throw Problem(.notFound, field: "jti", "in the path must be the jti of a token, a UUID of version 7")
        }
        return .json(try await revocations.revoke(token, because: try call.reason(), by: call.operatorName).json)
    }
}

extension Call {
    fileprivate func hash() throws(Problem) -> ChainHash {
        guard let hash = ChainHash(text: segments["hash"] ?? "") else {
            throw Problem(.notFound, field: "hash", "in the path must be sha256: and 64 lowercase hexadecimal digits")
        }
        return hash
    }
}
