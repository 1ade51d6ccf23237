/// A trusted issuer as somebody wrote it down.
struct IssuerDefinition: Hashable, Sendable {
    let place: FieldPath
    let issuer: TrustedIssuer

    static let members = ["issuer", "jwks", "jwks_file", "audiences", "principal_claim", "delegable"]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> IssuerDefinition {
        if value["jwks_uri"] != nil {
            throw place.member("jwks_uri").problem(
                "is not supported, key sets are not fetched: save the key set to a file and name that with jwks_file")
        }
        let reader = try ObjectReader(value, at: place, "an issuer", known: members)
        let issuer = TrustedIssuer(
            issuer: try reader.require(
                "issuer", try reader.identifier(Label.self, "issuer"),
                "write the iss of its tokens, such as https://login.example.com"),
            keys: try reader.keys(),
            audiences: try reader.audiences("audiences"),
            principalClaim: try reader.require(
                "principal_claim", try reader.identifier(Label.self, "principal_claim"),
                "name the claim that prints a person, such as email"
            ).rawValue,
            delegable: try reader.delegable("delegable"))
        return IssuerDefinition(place: place, issuer: issuer)
    }
}

extension ObjectReader {
    fileprivate func keys() throws(Problem) -> TrustedIssuer.Keys {
        switch (try keySet("jwks"), try keyFile("jwks_file")) {
        case (let keys?, nil): return .inline(keys)
        case (nil, let path?): return .file(path)
        case (nil, nil):
            throw field("jwks").problem("is missing: write the public keys there, or name their file with jwks_file")
        case (_?, _?):
            throw field("jwks_file").problem("stands beside jwks: keep one of the two")
        }
    }

    /// A JWK set (RFC 7517 §5) in canonical form. Whether its keys are any good is for ``KeySets`` to say; that nothing
    /// secret is kept and shown is decided here.
    private func keySet(_ name: String) throws(Problem) -> JSONValue? {
        guard let value = value(name) else { return nil }
        guard let keys = value["keys"]?.array else {
            throw field(name).problem("must be an object with a list called keys (RFC 7517)")
        }
        for (index, key) in keys.enumerated() {
            for secret in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] where key[secret] != nil {
                throw field(name).member("keys").element(index).member(secret).problem(
                    "is part of a private key, which nobody but its owner may have: leave only public members, and "
                        + "replace the key")
            }
        }
        do throws(JSONError) {
            return try JSONValue(strict: value.canonical)
        } catch {
            throw field(name).problem("cannot be written as canonical JSON: leave only the members of RFC 7517")
        }
    }

    private func keyFile(_ name: String) throws(Problem) -> String? {
        guard let path = try text(name)?.rawValue else { return nil }
        if path.contains("://") {
            throw field(name).problem(
                "must be a file, not a URL, key sets are not fetched: save the key set to a file and name that")
        }
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw field(name).problem("must be an absolute path, not \(quoted(path)): begin with /")
        }
        return path
    }

    fileprivate func audiences(_ name: String) throws(Problem) -> [Label] {
        let listed = try list(name) { (value, place) throws(Problem) in try value.identifier(Label.self, at: place) }
        let audiences = try require(
            name, listed, "list the aud values of tokens that may be presented here, so that no other token counts")
        if audiences.isEmpty { throw field(name).problem("lists no audience: name at least one") }
        for (index, audience) in audiences.enumerated() where audiences[..<index].contains(audience) {
            throw field(name).element(index).problem("\(quoted(audience.rawValue)) stands twice: keep one")
        }
        return audiences
    }

    fileprivate func delegable(_ name: String) throws(Problem) -> [TrustedIssuer.Delegable] {
        let entries = try require(
            name, try list(name, of: Self.delegable), "list what its people may hand over, each with an authority")
        if entries.isEmpty { throw field(name).problem("lists nothing: say what its people may hand over") }
        return entries
    }

    private static func delegable(
        _ value: JSONValue, at place: FieldPath
    ) throws(Problem) -> TrustedIssuer.Delegable {
        let reader = try ObjectReader(value, at: place, "an entry of delegable", known: ["when", "authority"])
        return TrustedIssuer.Delegable(
            conditions: try reader.conditions("when"),
            authority: try reader.require(
                "authority", try reader.authority("authority"), "say which scopes of which audience"))
    }

    /// In byte order of the claim.
    private func conditions(_ name: String) throws(Problem) -> [TrustedIssuer.Condition] {
        guard let value = value(name) else { return [] }
        guard let members = value.members else {
            throw field(name).problem("must be an object from claim to value, not \(value.kind)")
        }
        if members.isEmpty {
            throw field(name).problem("names no claim: name one, or leave when out if it is meant for everybody")
        }
        var conditions: [TrustedIssuer.Condition] = []
        for member in members {
            let place = field(name).member(member.name)
            guard Label(member.name) != nil else {
                throw place.problem("\(quoted(member.name)) is no claim: it is \(Label.grammar)")
            }
            switch member.value {
            case .string, .integer, .bool: break
            case .null, .number, .array, .object:
                throw place.problem(
                    "must be a string, a whole number, true or false, not \(member.value.kind); a claim that is a list "
                        + "is met when it holds the value")
            }
            conditions.append(TrustedIssuer.Condition(claim: member.name, value: member.value))
        }
        return conditions.sorted { $0.claim.utf8.lexicographicallyPrecedes($1.claim.utf8) }
    }
}
