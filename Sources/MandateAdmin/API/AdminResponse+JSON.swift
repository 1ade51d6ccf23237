import MandateCore

extension AdminResponse {
    static func json(_ json: JSONValue, status: Int = 200) -> AdminResponse {
        AdminResponse(status: status, body: json.canonical)
    }

    /// JSON that is shown byte for byte.
    static func json(rendered json: JSONWriter) -> AdminResponse { AdminResponse(status: 200, body: json.bytes) }

    /// Done, and nothing to say.
    static var noContent: AdminResponse { AdminResponse(status: 204, body: []) }

    /// One page of a list; `next` is where the following page starts after.
    static func list(_ items: [JSONValue], next: String?) -> AdminResponse {
        list(rendered: items.map(\.canonical), next: next)
    }

    /// The same of items that are JSON already and are shown byte for byte.
    static func list(rendered items: [[UInt8]], next: String?) -> AdminResponse {
        var json = JSONWriter(capacity: items.reduce(64) { $0 + $1.count + 1 })
        json.raw("{\"items\":[")
        for (index, item) in items.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw(item)
        }
        json.raw("],\"next\":")
        if let next { json.string(next) } else { json.raw("null") }
        json.raw("}")
        return AdminResponse(status: 200, body: json.bytes)
    }

    /// A record that was written: 201 when it is new, with the sentences about what was probably not meant.
    static func saved<Record>(
        _ saved: RegistryChanges.Saved<Record>, _ record: JSONValue, at path: String
    ) -> AdminResponse {
        let warnings = JSONMember(name: "warnings", value: .array(saved.warnings.map { .string($0) }))
        let json = JSONValue.object((record.members ?? []) + [warnings])
        return AdminResponse(
            status: saved.isNew ? 201 : 200, headers: saved.isNew ? [("Location", path)] : [], body: json.canonical)
    }
}
