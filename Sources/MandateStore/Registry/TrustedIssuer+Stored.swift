import MandateCore

extension TrustedIssuer {
    /// The columns of ``init(_:)``.
    static let columns = "issuer, definition"

    init(_ row: Row) throws(StoreError) {
        let json = try StoredJSON(row.blob(1), "trusted_issuer.definition")
        let keys: Keys
        if let path = try json.optional("jwks_file", \.string) {
            keys = .file(path)
        } else {
            keys = .inline(try json.required("jwks") { $0 })
        }
        self.init(
            issuer: try identifier(row.text(0), "trusted_issuer.issuer"), keys: keys,
            audiences: try json.required("audiences") { list in list.all { $0.string.flatMap { Label($0) } } },
            principalClaim: try json.required("principal_claim", \.string),
            delegable: try json.required("delegable") { list in list.all { Delegable(stored: $0) } })
    }

    /// What has no column of its own.
    var definition: JSONValue {
        .compact([
            ("jwks", keys.inline), ("jwks_file", keys.file.map { .string($0) }),
            ("audiences", .array(audiences.map { .string($0.rawValue) })),
            ("principal_claim", .string(principalClaim)), ("delegable", .array(delegable.map(\.stored))),
        ])
    }
}

extension TrustedIssuer.Delegable {
    /// Conditions are a list, so that they keep their order.
    fileprivate var stored: JSONValue {
        [
            "when": .array(conditions.map { ["claim": .string($0.claim), "value": $0.value] }),
            "authority": authority.json,
        ]
    }

    fileprivate init?(stored json: JSONValue) {
        let conditions = json["when"]?.all { condition -> TrustedIssuer.Condition? in
            guard let claim = condition["claim"]?.string, let value = condition["value"] else { return nil }
            return TrustedIssuer.Condition(claim: claim, value: value)
        }
        guard let conditions, let authority = json["authority"].flatMap({ Authority(json: $0) }) else { return nil }
        self.init(conditions: conditions, authority: authority)
    }
}

extension JSONValue {
    /// The elements of this array, each parsed by `parse`; nil when this is none or one of them does not parse.
    fileprivate func all<Element>(_ parse: (JSONValue) -> Element?) -> [Element]? {
        guard let array else { return nil }
        let parsed = array.compactMap(parse)
        return parsed.count == array.count ? parsed : nil
    }
}
