/// The append-only record of decisions.
public protocol Ledger: Sendable {
    /// Hands `entries` to the writer and returns at once.
    ///
    /// `release` is called once, on any thread, with one outcome an entry, in order; when an outcome is `.durable` or
    /// `.cut` the record is on disk. A full queue answers `.refused(.unavailable(.overloaded))` without waiting.
    func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void)

    /// Finds out whether a record could be made durable now, without making one; answers on any thread.
    func probe(_ answer: @escaping @Sendable (Bool) -> Void)
}

/// What became of one entry.
public enum LedgerOutcome: Hashable, Sendable {
    case durable
    /// A revocation is in force, and this is what it cut.
    case cut(Cut)
    /// What the entry was judged on is no longer so: judge again.
    case judgeAgain
    case refused(Refusal)
}

/// A record on its way to the ledger, with what is written in the same transaction.
public struct LedgerEntry: Hashable, Sendable {
    /// Nil when what is repeated was recorded before.
    public let record: LedgerRecord.Pieces?
    public let at: Instant
    public let effect: Effect
    /// The client that asked, when one did: it was active, and so was its secret.
    public let use: ClientUse?
    /// What an agent is given with it.
    public let observation: Observation?

    public enum Effect: Hashable, Sendable {
        /// A token under a registration. Committed only while `judgedUnder` is still the registry's epoch.
        case token(judgedUnder: Epoch, link: Int64, expiry: Instant)
        /// A token that hangs on more, or brings more with it. Committed only while its grounds hold.
        indirect case issuance(Grounds, Writes)
        /// Something dead from now on, until `expiry` when it has one.
        case revocation(Revocation, until: Instant?, by: String)
        /// A request waits for a person from now on, unless the same one waits already.
        indirect case hold(NewApproval)
        /// A consumer of the ledger has dealt with every record up to this one.
        case progress(of: LedgerConsumer, to: Int64)
        /// A record that gives nothing to anybody, such as a refusal.
        case none
    }

    public init(_ record: LedgerRecord, effect: Effect, observation: Observation? = nil) {
        self.record = record.pieces
        self.at = record.at
        self.effect = effect
        use = record.use
        self.observation = observation
    }

    /// A consumer's progress, with nothing to record. What it found comes before it in the same call of `append`, and so
    /// in the same transaction.
    public init(progress consumer: LedgerConsumer, to sequence: Int64, at now: Instant) {
        record = nil
        at = now
        effect = .progress(of: consumer, to: sequence)
        use = nil
        observation = nil
    }

    /// A client that was here and got an answer without a record.
    public init(use: ClientUse, at now: Instant) {
        record = nil
        at = now
        effect = .none
        self.use = use
        observation = nil
    }

    /// A token that was recorded before and is given again, if its grounds still hold.
    init(again grounds: Grounds, by use: ClientUse?, at now: Instant) {
        record = nil
        at = now
        effect = .issuance(grounds, Writes(token: nil))
        self.use = use
        observation = nil
    }
}

/// What an issuance was judged on. When any of it is no longer so, it is judged again.
public struct Grounds: Hashable, Sendable {
    public let epoch: Epoch
    /// How many revocations the judge had seen.
    public let revocations: Int64
    /// The links it hangs on, by the store's numbers.
    public let links: [Int64]
    public let task: TaskID?
    /// The access tokens it continues or was proven with, by their `jti`.
    public let tokens: [String]

    public init(epoch: Epoch, revocations: Int64, links: [Int64], task: TaskID? = nil, tokens: [String] = []) {
        self.epoch = epoch
        self.revocations = revocations
        self.links = links
        self.task = task
        self.tokens = tokens
    }

    /// Whether a revocation takes one of these grounds away.
    public func hang(on revocation: Revocation) -> Bool {
        switch revocation {
        case .link(let number): links.contains(number)
        case .token(let id): tokens.contains(id)
        case .task(let id): task == id
        }
    }
}

/// What an issuance writes beside its record.
public struct Writes: Hashable, Sendable {
    /// Counts the token as live: under the last new link, or under `link` when there is none.
    public struct Token: Hashable, Sendable {
        public let link: Int64?
        /// Nil for a delegation token, which is counted as the link it was made with.
        public let expiry: Instant?
    }

    public let token: Token?
    /// In order, each the child of the one before; the first is the child of `parent`.
    public var links: [NewLink] = []
    public var parent: Int64?
    public var task: TaskEntry?
    /// Who holds the first delegation of the task, unless somebody does already.
    public var taskHolder: AgentID?
    public var used: UsedToken?
    public var retry: Retry?
    /// The only new link is a registration's, and takes the place of this one.
    public var replaced: Int64?
    /// The approval that the token uses up.
    public var approval: ApprovalUse?
    /// What the token counts towards. A counter that has reached its limit meanwhile means: judge again.
    public var rates: [RateUse] = []

    /// The answer to keep for a repetition of the request.
    public struct Retry: Hashable, Sendable {
        public let client: AgentID
        public let key: RetryKey
        public let claims: [UInt8]
    }

    public init(token: Token?) {
        self.token = token
    }
}

/// Who reads the ledger along and goes on after a restart where it was.
public enum LedgerConsumer: String, Hashable, Sendable, CaseIterable {
    case detections
    case syslog
    case webhook
}
