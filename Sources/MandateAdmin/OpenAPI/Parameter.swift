import MandateCore

/// A parameter of a query: its name, and what it may be. A name alone stands for the parameter that is known by it.
struct Parameter: Hashable, Sendable, ExpressibleByStringLiteral {
    let name: String
    /// Nil when nobody has described it.
    let schema: Schema?

    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }

    init(stringLiteral name: String) {
        self.name = name
        schema = Self.known[name]
    }

    static func status<Status: CaseIterable & RawRepresentable<String>>(_ type: Status.Type) -> Parameter {
        Parameter("status", .word(type))
    }

    private static let known: [String: Schema] = [
        "after": .string().described("The `next` of the page before, unchanged and with the same filters."),
        "limit": .integer(1...1000).described("How many items a page has; 100 when left out."),
        "type": .ref("AgentTypeID"), "team": .ref("Label"), "owner": .ref("Label"),
        "unused": .string("^[0-9]{1,9}[smhd]$").described("Active agents that were not used for so long."),
        "seq": .ref("RecordNumber"), "size": .ref("RecordNumber"), "from": .ref("RecordNumber"),
        "to": .ref("RecordNumber"),
        "agent": .ref("AgentID"), "client": .ref("AgentID"), "task": .ref("TaskID"), "chain": .ref("ChainHash"),
        "principal": .ref("Label"),
        "event": .string("^[a-z_]+([.][a-z_]+)*([.][*])?$", 1...64), "since": .ref("Time"),
        "format": .word(["json", "cef", "leef"]),
        "version": .integer(0...Int64.max).described("A version of the policies; without it those in force."),
        "dry_run": .word(["true", "false"]).described("Only plan."),
        "prune": .word(["true", "false"]).described("Remove what the document does not name."),
        "latest": .integer(1...1000).described("The newest records; stands alone."),
    ]

    /// The variable segments of paths.
    static func segment(_ name: String, of template: String) -> Schema {
        switch name {
        case "n": .integer(1...Int64(Int32.max))
        case "hash": .ref("ChainHash")
        case "jti": .ref("TokenID")
        case "kid": .ref("KeyID")
        case "id":
            switch template.split(separator: "/").dropFirst().first {
            case "agents": .ref("AgentID")
            case "agent-types": .ref("AgentTypeID")
            case "audiences": .ref("AudienceID")
            case "approvals": .ref("TokenID")
            default: .ref("Label")
            }
        default: .string()
        }
    }
}
