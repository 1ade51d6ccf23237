import MandateCore
import MandateTesting

/// The rules, fed with records that are made one after the other.
struct Watch {
    private var detections: Detections
    private var sequence: Int64 = 0
    private(set) var findings: [Finding] = []
    /// Of the next record.
    var now = Instant.eightOClock

    init(stopped: [String: Instant] = [:]) {
        detections = Detections { stopped[$0.rawValue] }
    }

    /// Goes on with the memory of another one.
    init(after earlier: Watch, recalling records: [[UInt8]]) throws {
        self.init()
        sequence = earlier.sequence
        now = earlier.now
        for record in records {
            guard let record = ObservedRecord(record) else { throw Unreadable() }
            detections.recall(record)
        }
    }

    struct Unreadable: Error {}

    /// Makes a record `after` seconds, and answers what there is to say of it.
    @discardableResult
    mutating func see(
        _ event: LedgerEvent, _ agent: String?, after seconds: Int64 = 0,
        _ fill: (inout LedgerRecord) -> Void = { _ in }
    ) throws -> [Finding] {
        now = now.advanced(bySeconds: seconds)
        var record = LedgerRecord(at: now, event: event)
        record.agentID = agent
        fill(&record)
        return try see(record)
    }

    @discardableResult
    mutating func see(_ record: LedgerRecord) throws -> [Finding] {
        sequence += 1
        let bytes = record.pieces.record(sequence: sequence, previous: "sha256:\(sequence)")
        guard let observed = ObservedRecord(bytes) else { throw Unreadable() }
        let found = detections.observe(observed)
        findings += found
        return found
    }

    /// A refusal for `reason`, as the service records it.
    @discardableResult
    mutating func refuse(
        _ agent: String, _ reason: String, after seconds: Int64 = 0, principal: String? = nil, audience: String? = nil
    ) throws -> [Finding] {
        try see(.tokenRefused, agent, after: seconds) { record in
            record.decision = reason == "approval_required" ? .requireApproval : .deny
            record.reason = reason
            record.principal = principal
            record.audience = audience
        }
    }

    /// A token for `audience`.
    @discardableResult
    mutating func issue(_ agent: String, _ audience: String, after seconds: Int64 = 0) throws -> [Finding] {
        try see(.tokenIssued, agent, after: seconds) { record in
            record.audience = audience
            record.decision = .allow
        }
    }
}
