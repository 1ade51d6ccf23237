/// The questions operators ask about tasks, chains and principals.
public protocol DelegationReader {
    func task(_ id: TaskID) throws(Problem) -> TaskEntry?
    /// In byte order of the id.
    func tasks(_ filter: TaskFilter) throws(Problem) -> [TaskEntry]
    /// Every link that was made for a task, oldest first.
    func links(of task: TaskID) throws(Problem) -> [LinkEntry]
    /// The links from the root to the one with this hash; empty when there is none.
    func chain(to hash: ChainHash) throws(Problem) -> [LinkEntry]
    /// The links from the root to the one that was made with this token; empty when none was.
    func chain(to token: UUIDv7) throws(Problem) -> [LinkEntry]
    /// The links by which `principal` started chains that have not expired, oldest first.
    func roots(of principal: Label) throws(Problem) -> [LinkEntry]
    /// Whether a single access token was revoked.
    func isRevoked(_ token: UUIDv7) throws(Problem) -> Bool
    /// When the principal was revoked; nil when it is not.
    func revocation(of principal: Label) throws(Problem) -> Instant?
}

/// The changes operators make to tasks, chains and principals. Whatever is to be cut is cut first: what is dead already
/// is not counted.
public protocol DelegationEditor: DelegationReader {
    /// Writes the record of a task, new or not.
    func save(_ task: TaskEntry) throws(Problem)
    /// Counts what is live under the links of a task and forgets it.
    func cut(task: TaskID) throws(Problem) -> Cut
    /// Counts what is live under a link, by the store's number, and the link itself, and forgets it.
    func cut(link: Int64) throws(Problem) -> Cut
    /// Counts what is live in all chains that a principal started and forgets it.
    func cut(principal: Label) throws(Problem) -> Cut
    /// Writes down that something is dead from now on, until `expiry` when it has one.
    func revoke(_ revocation: Revocation, until expiry: Instant?) throws(Problem)
    /// Every chain the principal started is dead while this stands.
    func revoke(_ principal: Label) throws(Problem)
    func reinstate(_ principal: Label) throws(Problem)
}

/// Which tasks to list; nil members do not filter.
public struct TaskFilter: Hashable, Sendable {
    public var status: TaskStatus?
    /// Only ids after this one.
    public var after: TaskID?
    public var limit: Int

    public init(status: TaskStatus? = nil, after: TaskID? = nil, limit: Int = 100) {
        self.status = status
        self.after = after
        self.limit = limit
    }
}
