/// Which records of the ledger are asked for; nil members do not filter. All comparisons are of bytes.
public struct LedgerFilter: Hashable, Sendable {
    /// `agent_id`.
    public var agent: AgentID?
    /// `task_id`.
    public var task: TaskID?
    /// `chain_hash`.
    public var chain: ChainHash?
    public var principal: Label?
    public var event: EventPattern?
    /// Not before this time, as the record itself says it.
    public var since: Instant?

    public init(
        agent: AgentID? = nil, task: TaskID? = nil, chain: ChainHash? = nil, principal: Label? = nil,
        event: EventPattern? = nil, since: Instant? = nil
    ) {
        self.agent = agent
        self.task = task
        self.chain = chain
        self.principal = principal
        self.event = event
        self.since = since
    }

    /// Whether every record passes.
    public var isEmpty: Bool { self == LedgerFilter() }
}

/// A filter made ready to be held against many records.
///
/// A record is canonical JSON, so one value has one spelling and can be compared as the bytes it is written in.
public struct RecordMatcher: Sendable {
    fileprivate struct Condition: Sendable {
        let name: [UInt8]
        let value: [UInt8]
        let comparison: Comparison
    }

    fileprivate enum Comparison {
        case same
        case beginning
        /// RFC 3339 in one form sorts as the time does.
        case notBefore
    }

    private let conditions: [Condition]

    /// Byte sequences that every record that passes contains; others may contain them, too. For a first, quick look.
    public let marks: [[UInt8]]

    public init(_ filter: LedgerFilter) {
        var conditions: [Condition] = []
        func wants(_ name: String, _ value: [UInt8], _ comparison: Comparison) {
            conditions.append(Condition(name: Array(name.utf8), value: value, comparison: comparison))
        }
        if let agent = filter.agent { wants("agent_id", Self.quoted(agent.rawValue), .same) }
        if let since = filter.since { wants("at", Self.quoted(since.description), .notBefore) }
        if let chain = filter.chain { wants("chain_hash", Self.quoted(chain.text), .same) }
        if let event = filter.event { wants("event", event.beginning, .beginning) }
        if let principal = filter.principal { wants("principal", Self.quoted(principal.rawValue), .same) }
        if let task = filter.task { wants("task_id", Self.quoted(task.rawValue), .same) }
        self.conditions = conditions
        marks = conditions.filter { $0.comparison != .notBefore }.map { condition in
            Array("\"".utf8) + condition.name + Array("\":".utf8) + condition.value
        }
    }

    /// Whether the record passes.
    public func matches(_ record: UnsafeRawBufferPointer) -> Bool {
        guard !conditions.isEmpty else { return true }
        var met = 0
        RecordMembers(record).each { name, value in
            guard let condition = conditions.first(where: { record[name].elementsEqual($0.name) }) else { return true }
            guard condition.holds(record[value]) else { return false }
            met += 1
            return met < conditions.count
        }
        return met == conditions.count
    }

    /// Whether the record passes.
    public func matches(_ record: [UInt8]) -> Bool {
        record.withUnsafeBytes(matches)
    }

    private static func quoted(_ text: String) -> [UInt8] {
        JSONValue.string(text).canonical
    }
}

extension RecordMatcher.Condition {
    fileprivate func holds(_ written: Slice<UnsafeRawBufferPointer>) -> Bool {
        switch comparison {
        case .same: written.elementsEqual(value)
        case .beginning: written.starts(with: value)
        case .notBefore: written.count == value.count && !written.lexicographicallyPrecedes(value)
        }
    }
}
