/// The questions operators ask about requests that wait, or waited, for a person.
public protocol ApprovalRecordReader {
    func approval(_ id: String) throws(Problem) -> ApprovalEntry?
    /// One page, newest first.
    func approvals(_ filter: ApprovalFilter) throws(Problem) -> ApprovalPage
    /// How many wait now.
    func pendingApprovals() throws(Problem) -> Int64
}

/// The change operators make to them.
public protocol ApprovalRecordEditor: ApprovalRecordReader {
    /// Writes down what was decided about one that waited.
    func save(decided approval: ApprovalEntry) throws(Problem)
}

/// Which approvals to list; nil members do not filter.
public struct ApprovalFilter: Hashable, Sendable {
    /// What they are worth now, not what is stored.
    public var status: ApprovalEntry.Status?
    public var client: AgentID?
    /// Only older ones than this, by the store's number.
    public var before: Int64?
    public var limit: Int

    public init(status: ApprovalEntry.Status? = nil, client: AgentID? = nil, before: Int64? = nil, limit: Int = 100) {
        self.status = status
        self.client = client
        self.before = before
        self.limit = limit
    }
}

/// Some of the approvals that a filter lets through, and where to go on.
public struct ApprovalPage: Hashable, Sendable {
    public let entries: [ApprovalEntry]
    /// The next page starts below this number; nil when there is none. A page may hold fewer than were asked for and not be
    /// the last.
    public let next: Int64?

    public init(entries: [ApprovalEntry], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
