import MandateCore

extension AgentType {
    /// The columns of ``init(_:at:)``.
    static let columns =
        "agent_type.id, agent_type.status, agent_type.capabilities, agent_type.delegation, agent_type.quotas"

    /// The type in the columns that start at `first`.
    init(_ row: Row, at first: Int32 = 0) throws(StoreError) {
        let capabilities = try row.optionalBlob(first + 2).map { bytes throws(StoreError) in
            try StoredJSON(member: "capabilities", bytes).required("capabilities") { Authority(json: $0) }
        }
        let delegation = try row.optionalBlob(first + 3).map { bytes throws(StoreError) in
            try StoredJSON(member: "delegation", bytes).required("delegation") { DelegationConstraints(stored: $0) }
        }
        let quotas = try row.optionalBlob(first + 4).map { bytes throws(StoreError) in
            try StoredJSON(member: "quotas", bytes).required("quotas") { Quotas(json: $0) }
        }
        self.init(
            id: try identifier(row.text(first), "agent_type.id"), capabilities: capabilities, delegation: delegation,
            status: try stored(row.text(first + 1), "agent_type.status"), quotas: quotas)
    }
}

extension StoredJSON {
    /// A column that holds one JSON value, read as the member `name` of an object.
    fileprivate init(member name: String, _ bytes: [UInt8]) throws(StoreError) {
        try self.init(Array("{\"\(name)\":".utf8) + bytes + Array("}".utf8), "agent_type")
    }
}
