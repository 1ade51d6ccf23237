extension Attestation {
    /// Reads the body of `POST /v1/agents/{id}/attest`.
    static func read(_ body: JSONValue, by operatorName: String, at now: Instant) throws(Problem) -> Attestation {
        let reader = try ObjectReader(
            body, at: .root, "the body", known: ["method", "attestor", "evidence", "reason"])
        return Attestation(
            method: try reader.identifier(Label.self, "method") ?? Self.manual, attestor: try reader.text("attestor"),
            evidence: try reader.text("evidence"), reason: try reader.text("reason"), by: operatorName, at: now)
    }

    /// What is stored, and shown in the agent's record.
    public var json: JSONValue {
        [
            "method": .string(method.rawValue), "attestor": .text(attestor?.rawValue),
            "evidence": .text(evidence?.rawValue), "reason": .text(reason?.rawValue), "by": .string(by),
            "at": .time(at),
        ]
    }

    /// The attestation that ``json`` wrote, or nil.
    public init?(json: JSONValue) {
        guard let method = json["method"]?.string.flatMap({ Label($0) }), let by = json["by"]?.string,
            let at = json["at"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        func text(_ name: String) -> PrintableText? { json[name]?.string.flatMap { PrintableText($0) } }
        self.init(
            method: method, attestor: text("attestor"), evidence: text("evidence"), reason: text("reason"), by: by,
            at: at)
    }
}

extension StatusNote {
    /// What is stored, and shown in the agent's record.
    public var json: JSONValue {
        ["at": .time(at), "by": .string(by), "reason": .text(reason?.rawValue)]
    }

    /// The note that ``json`` wrote, or nil.
    public init?(json: JSONValue) {
        guard let by = json["by"]?.string, let at = json["at"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
            return nil
        }
        self.init(at: at, by: by, because: json["reason"]?.string.flatMap { PrintableText($0) })
    }
}
