/// A ledger record as rules see it; what they do not ask for is not read.
public struct ObservedRecord {
    private let members: ObservedMembers
    public let sequence: Int64
    let event: Event

    /// The events that rules tell apart.
    enum Event {
        /// A token, or a delegation.
        case issued
        case refused
        /// A request begins to wait for a person.
        case approvalRequested
        case authenticationFailed
        case raised
        case other
    }

    /// Nil when the bytes are no record.
    public init?(_ record: [UInt8]) {
        guard let members = ObservedMembers(record), let sequence = members.integer(.seq), sequence > 0 else {
            return nil
        }
        self.members = members
        self.sequence = sequence
        event = Event(members)
    }

    /// When it happened. A record without a time happened at the beginning of time.
    var at: Instant { members.text(.at).flatMap { Instant(rfc3339: $0) } ?? Instant(milliseconds: 0) }
    var agentID: String? { members.text(.agentID) }
    var principal: String? { members.text(.principal) }
    var taskID: String? { members.text(.taskID) }
    var chainHash: String? { members.text(.chainHash) }
    /// Several stand with spaces between.
    var audience: String? { members.text(.audience) }
    var change: JSONValue? { members.value(.change) }
    /// How many failures an `auth.failed` stands for.
    var failures: Int64 { members.integer(.count) ?? 1 }
    /// Whether a person is asked to decide, for the first time or again.
    var asksForApproval: Bool {
        switch event {
        case .refused, .approvalRequested: members.holds(.decision, "REQUIRE_APPROVAL")
        case .issued, .authenticationFailed, .raised, .other: false
        }
    }

    func isRefused(for reason: StaticString) -> Bool { event == .refused && members.holds(.reason, reason) }
}

extension ObservedRecord.Event {
    fileprivate init(_ members: ObservedMembers) {
        if members.holds(.event, "token.issued") || members.holds(.event, "delegation.created") {
            self = .issued
        } else if members.holds(.event, "token.refused") || members.holds(.event, "task.refused") {
            self = .refused
        } else if members.holds(.event, "approval.requested") {
            self = .approvalRequested
        } else if members.holds(.event, "auth.failed") {
            self = .authenticationFailed
        } else if members.holds(.event, "detection.raised") {
            self = .raised
        } else {
            self = .other
        }
    }
}
