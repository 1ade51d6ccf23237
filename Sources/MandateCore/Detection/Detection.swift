/// What the ledger is watched for.
public enum Detection: String, Hashable, Sendable, CaseIterable {
    case scopeEscalation = "scope_escalation"
    case presenterMismatch = "presenter_mismatch"
    case unusualAudience = "unusual_audience"
    case chainTooDeep = "chain_too_deep"
    case suspendedAgentActive = "suspended_agent_active"
    case approvalFatigue = "approval_fatigue"
}

/// What a rule has to say about records of the ledger.
public struct Finding: Hashable, Sendable {
    public let detection: Detection
    public let agentID: String
    /// Of the record that gave the occasion, as far as it names them.
    public let principal: String?
    public let taskID: String?
    public let chainHash: String?
    public let audience: String?
    /// How often it happened in the window.
    public let count: Int64
    /// Seconds; 0 when one record is enough.
    public let window: Int64
    /// Some of the records, by their `seq`, oldest first; the last gave the occasion.
    public let records: [Int64]

    init(
        _ detection: Detection, agent: String, _ record: ObservedRecord, audience: String? = nil, count: Int64 = 1,
        window: Int64 = 0, records: [Int64]
    ) {
        self.detection = detection
        agentID = agent
        principal = record.principal
        taskID = record.taskID
        chainHash = record.chainHash
        self.audience = audience ?? record.audience
        self.count = count
        self.window = window
        self.records = records
    }

    /// The finding as the ledger keeps it.
    public func record(at now: Instant) -> LedgerRecord {
        var record = LedgerRecord(at: now, event: .detectionRaised)
        record.agentID = agentID
        record.principal = principal
        record.taskID = taskID
        record.chainHash = chainHash
        record.audience = audience
        record.rule = detection.rawValue
        record.changedBy = "mandate"
        record.change = [
            "detection": .string(detection.rawValue), "count": .integer(count), "window_seconds": .integer(window),
            "records": .array(records.map { .integer($0) }),
        ]
        return record
    }
}
