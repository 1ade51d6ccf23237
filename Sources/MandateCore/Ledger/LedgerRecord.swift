/// One decision, as the ledger keeps it: canonical JSON (RFC 8785) with every member present, `null` where empty.
///
/// `change` is there in records of administration and of what waits for a person, `by` in the former, `count` and
/// `sources` in totals only, `risk` where it was looked at. `seq` and `prev` are the writer's to add.
public struct LedgerRecord: Sendable {
    public let at: Instant
    public var event: LedgerEvent
    public var requestID: String?
    /// The client that acted.
    var client: Registration?
    /// What the client proved itself with; noted beside the record, not in it.
    public var use: ClientUse?
    /// The agent of which the record is, when it is not about a client's request.
    public var agent: Agent?
    /// The agent's id when there is no record of the agent to take it from.
    public var agentID: String?
    public var principal: String?
    public var taskID: String?
    /// Ids from the principal to the acting agent.
    public var chain: [String]?
    public var chainHash: String?
    public var tokenID: String?
    public var audience: String?
    public var requested: ScopeSet?
    public var granted: ScopeSet?
    public var expiry: Instant?
    public var decision: Decision?
    public var rule: String?
    public var reason: String?
    public var policy: String?
    /// The id of the approval that was asked for or used.
    public var approval: String?
    /// Whether a policy says that this one matters; there in the record only when it does.
    public var isElevated = false
    /// How unusual the request is; there in the record only when a policy or the engine looked at it.
    public var risk: Risk?
    public var source: Source?
    /// How many failures or refusals the record stands for when it is not one, and some of the addresses they came from.
    public var failures: Int64?
    public var sources: [String]?
    /// What administration changed.
    public var change: JSONValue?
    /// Who changed it.
    public var changedBy: String?

    public init(at: Instant, event: LedgerEvent) {
        self.at = at
        self.event = event
    }

    /// Where a request came from and how its sender proved who it is.
    public struct Source: Hashable, Sendable {
        public let address: String
        public let method: String?

        public init(address: String, method: String?) {
            self.address = address
            self.method = method
        }
    }

    /// The canonical JSON in three pieces; the writer puts `prev` after the first and `seq` after the second.
    public struct Pieces: Hashable, Sendable {
        public let beforePrevious: [UInt8]
        public let beforeSequence: [UInt8]
        public let end: [UInt8]
    }
}

/// What was decided.
public enum Decision: String, Hashable, Sendable, CaseIterable {
    case allow = "ALLOW"
    case deny = "DENY"
    /// Refused until a person approves.
    case requireApproval = "REQUIRE_APPROVAL"
    /// Given, but less or shorter than it would have been.
    case allowWithConditions = "ALLOW_WITH_CONDITIONS"
}

/// What a record is about.
public enum LedgerEvent: String, Hashable, Sendable {
    case tokenIssued = "token.issued"
    case tokenRefused = "token.refused"
    case delegationCreated = "delegation.created"
    /// A request waits for a person.
    case approvalRequested = "approval.requested"
    case approvalApproved = "approval.approved"
    case approvalDenied = "approval.denied"
    case delegationRevoked = "delegation.revoked"
    case tokenRevoked = "token.revoked"
    case taskCompleted = "task.completed"
    case taskRefused = "task.refused"
    case authenticationFailed = "auth.failed"
    case agentRegistered = "agent.registered"
    case agentChanged = "agent.changed"
    case agentSuspended = "agent.suspended"
    case agentResumed = "agent.resumed"
    case agentDecommissioned = "agent.decommissioned"
    case agentAttested = "agent.attested"
    case agentSecretIssued = "agent.secret_issued"
    case agentSecretRevoked = "agent.secret_revoked"
    case typeRegistered = "type.registered"
    case typeChanged = "type.changed"
    case typeSuspended = "type.suspended"
    case typeResumed = "type.resumed"
    case typeRemoved = "type.removed"
    case audienceRegistered = "audience.registered"
    case audienceChanged = "audience.changed"
    case audienceRemoved = "audience.removed"
    case trustedIssuerRegistered = "issuer.registered"
    case trustedIssuerChanged = "issuer.changed"
    case trustedIssuerRemoved = "issuer.removed"
    case policyChanged = "policy.changed"
    case keyPublished = "key.published"
    case keyActivated = "key.activated"
    case keyRetired = "key.retired"
    case keyRemoved = "key.removed"
    case keyRevoked = "key.revoked"
    /// The key that signs the ledger's checkpoints is another one.
    case ledgerKeyReplaced = "key.replaced"
    case taskCreated = "task.created"
    case taskCancelled = "task.cancelled"
    case principalRevoked = "principal.revoked"
    case principalReinstated = "principal.reinstated"
    case detectionRaised = "detection.raised"
    case issuerChanged = "server.issuer_changed"
    case serverStarted = "server.started"
    case serverStopped = "server.stopped"
    case ledgerArchived = "ledger.archived"
    case serverRestored = "server.restored"
}
