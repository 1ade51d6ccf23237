extension LedgerRecord {
    /// Written by hand and in the order of RFC 8785, because every token pays for it.
    public var pieces: Pieces {
        var json = JSONWriter(capacity: 640)
        if let start = client?.recordStart ?? agent?.recordStart {
            json.raw(start)
        } else {
            json.raw("{\"agent_id\":")
            json.text(agentID)
            json.raw(",\"agent_type\":null,\"agent_version\":null,\"approval\":")
        }
        json.text(approval)
        json.raw(",\"at\":")
        json.string(at.description)
        json.raw(",\"audience\":")
        json.text(audience)
        if let changedBy {
            json.raw(",\"by\":")
            json.string(changedBy)
        }
        json.raw(",\"chain\":")
        json.list(chain)
        json.raw(",\"chain_hash\":")
        json.text(chainHash)
        if let change {
            json.raw(",\"change\":")
            json.value(change)
        }
        if let failures {
            json.raw(",\"count\":")
            json.integer(failures)
        }
        json.raw(",\"decision\":")
        json.text(decision?.rawValue)
        if isElevated { json.raw(",\"elevated\":true") }
        json.raw(",\"event\":")
        json.string(event.rawValue)
        json.raw(",\"exp\":")
        json.text(expiry?.description)
        json.raw(",\"granted\":")
        json.scopes(granted)
        json.raw(",\"jti\":")
        json.text(tokenID)
        json.raw(",\"policy\":")
        json.text(policy)
        json.raw(",\"prev\":")
        let beforePrevious = json.bytes

        var middle = JSONWriter(capacity: 256)
        middle.raw(",\"principal\":")
        middle.text(principal)
        middle.raw(",\"reason\":")
        middle.text(reason)
        middle.raw(",\"request_id\":")
        middle.text(requestID)
        middle.raw(",\"requested\":")
        middle.scopes(requested)
        if let risk {
            middle.raw(",\"risk\":{\"reasons\":")
            middle.list(risk.reasons)
            middle.raw(",\"score\":")
            middle.integer(risk.score)
            middle.raw("}")
        }
        middle.raw(",\"rule\":")
        middle.text(rule)
        middle.raw(",\"seq\":")

        var end = JSONWriter(capacity: 128)
        end.raw(",\"source\":")
        if let source {
            end.raw("{\"address\":")
            end.string(source.address)
            end.raw(",\"method\":")
            end.text(source.method)
            end.raw("}")
        } else {
            end.raw("null")
        }
        if let sources {
            end.raw(",\"sources\":")
            end.list(sources)
        }
        end.raw(",\"task_id\":")
        end.text(taskID)
        end.raw("}")
        return Pieces(beforePrevious: beforePrevious, beforeSequence: middle.bytes, end: end.bytes)
    }
}

extension Agent {
    /// What every record of the agent starts with.
    var recordStart: [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.raw("{\"agent_id\":")
        json.string(id.rawValue)
        json.raw(",\"agent_type\":")
        json.string(type.rawValue)
        json.raw(",\"agent_version\":")
        json.text(version?.rawValue)
        json.raw(",\"approval\":")
        return json.bytes
    }
}

extension LedgerRecord.Pieces {
    /// The whole record: what is hashed, stored and exported. `previous` is nil for the first record only.
    public func record(sequence: Int64, previous: String?) -> [UInt8] {
        var json = JSONWriter(capacity: beforePrevious.count + beforeSequence.count + end.count + 96)
        json.raw(beforePrevious)
        json.text(previous)
        json.raw(beforeSequence)
        json.integer(sequence)
        json.raw(end)
        return json.bytes
    }
}

extension JSONWriter {
    mutating func text(_ text: String?) {
        if let text { string(text) } else { raw("null") }
    }

    mutating func list(_ texts: [String]?) {
        guard let texts else { return raw("null") }
        raw("[")
        for (index, text) in texts.enumerated() {
            if index > 0 { raw(",") }
            string(text)
        }
        raw("]")
    }

    /// Scopes hold no character that JSON escapes but what `string` takes care of: quotes and backslashes are not in
    /// their grammar (RFC 6749 §3.3).
    mutating func scopes(_ set: ScopeSet?) {
        guard let set else { return raw("null") }
        raw("[")
        for (index, scope) in set.scopes.enumerated() {
            raw(index > 0 ? ",\"" : "\"")
            raw(scope.bytes)
            raw("\"")
        }
        raw("]")
    }
}
