/// A piece of work that tokens and delegations are for.
public struct TaskEntry: Hashable, Sendable {
    public let id: TaskID
    /// The principal it is done for: the one of its first delegation, or the one an operator named.
    public let principal: Label?
    public let purpose: TaskPurpose?
    public let status: TaskStatus
    /// Nothing of the task outlives it.
    public let deadline: Instant?
    public let createdAt: Instant
    public let createdBy: String
    public let endedAt: Instant?
    public let endedBy: String?
    /// The agent to whom the first delegation of the task was handed; it may complete the task.
    public let holder: AgentID?
    /// Whether an operator opened the task for its principal, so that no chain of another begins for it.
    public let isReserved: Bool

    public init(
        id: TaskID, principal: Label? = nil, purpose: TaskPurpose? = nil, status: TaskStatus = .open,
        deadline: Instant? = nil, createdAt: Instant, createdBy: String, endedAt: Instant? = nil,
        endedBy: String? = nil, holder: AgentID? = nil,
        isReserved: Bool = false
    ) {
        self.id = id
        self.principal = principal
        self.purpose = purpose
        self.status = status
        self.deadline = deadline
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.endedAt = endedAt
        self.endedBy = endedBy
        self.holder = holder
        self.isReserved = isReserved
    }
}

/// Whether a task goes on. An ended one never opens again, and its id is not used again.
public enum TaskStatus: String, Hashable, Sendable, CaseIterable {
    case open, completed, cancelled
}
