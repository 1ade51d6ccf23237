public import MandateCore

extension LinkEntry {
    /// A link that a test arranges: only what is said matters.
    public static func made(
        _ number: UInt8, by delegator: String, to delegate: String, below parent: UInt8? = nil, task: String? = nil,
        token: String? = nil, expiry: Instant? = nil, status: LinkStatus = .live
    ) -> LinkEntry {
        let document: JSONValue = [
            "delegator": .string(delegator), "delegate": .string(delegate), "depth": parent == nil ? 1 : 2,
            "jti": token.map { .string($0) } ?? .null, "task": task.map { .string($0) } ?? .null,
            "authority": ["cloud-inventory-api": ["ec2:Describe*"]], "iat": 1_800_000_000,
        ]
        guard let hash = ChainHash(bytes: [UInt8](repeating: number, count: 32)),
            let entry = LinkEntry(
                StoredLink(number: Int64(number), hash: hash, document: document.canonical),
                parent: parent.map { Int64($0) }, expiry: expiry, status: status)
        else { preconditionFailure("a link that cannot be read") }
        return entry
    }
}
