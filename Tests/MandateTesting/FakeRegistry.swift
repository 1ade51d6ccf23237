public import MandateCore
import Synchronization

/// A registry in memory with the promises of the real one: one transaction at a time, whole or not at all.
public final class FakeRegistry: RegistryAdministration {
    public struct Stored: Sendable {
        public var agent: Agent
        public var createdAt: Instant
        public var link: ChainHash?
        public var secrets: [SecretEntry] = []
        public var hashes: [[UInt8]] = []
        public var lastActiveAt: Instant?
        public var statusNote: StatusNote?
        public var attestation: Attestation?
        /// What the agent holds that a suspension cuts off.
        public var live = Cut()
    }

    public struct State: Sendable {
        public var now = Instant(seconds: 1_800_000_000)
        public var agents: [AgentID: Stored] = [:]
        public var types: [AgentTypeID: AgentType] = [:]
        public var audiences: [AudienceID: Audience] = [:]
        public var issuers: [Label: TrustedIssuer] = [:]
        /// Every version, oldest first.
        public var policies: [PolicyRecord] = []
        /// Requests that wait, or waited, oldest first.
        public var approvals: [ApprovalEntry] = []
        /// Tokens by the name of the counter.
        public var counted: [String: Int64] = [:]
        public var baselines: [AgentID: Baseline] = [:]
        public var keys: [KeyEntry] = []
        public var records: [LedgerRecord] = []
        /// Every link that was made, oldest first.
        public var links: [Linked] = []
        public var tasks: [TaskID: TaskEntry] = [:]
        /// Links in the order they were made. What the fake says of them is what a test arranged.
        public var delegations: [LinkEntry] = []
        /// What ending a task, a principal or a link cuts off.
        public var cuts: [String: Cut] = [:]
        public var revocations: [Revocation: Instant?] = [:]
        public var revokedPrincipals: [Label: Instant] = [:]
        public var positions: [LedgerConsumer: Int64] = [:]
        /// How many transactions were committed.
        public var commits = 0
        /// Whether what somebody was judged on is still so.
        public var holds: @Sendable (Grounds) -> Bool = { _ in true }
        /// When set, nothing can be committed.
        public var isBroken = false
        /// What the fake says of the ledger's checkpoints is what a test arranged.
        public var checkpointKey: VerifierKey?
        public var checkpoints: [StoredCheckpoint] = []
    }

    public struct Linked: Hashable, Sendable {
        public let agent: AgentID
        public let owner: Label
        public let capabilities: Authority
    }

    private let stored = Mutex(State())

    public init() {}

    public var state: State { stored.withLock { $0 } }

    public func arrange(_ change: (inout State) -> Void) { stored.withLock { change(&$0) } }

    /// The events of the ledger, oldest first.
    public var events: [LedgerEvent] { state.records.map(\.event) }

    public func reading<Answer>(_ body: (any RegistryReader) throws(Problem) -> Answer) throws(Problem) -> Answer {
        try body(FakeEditor(state))
    }

    public func changing<Answer: Sendable>(
        _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        try stored.withLock { (state) throws(Problem) in
            let editor = FakeEditor(state)
            let answer = try body(editor)
            if state.isBroken { throw Problem(.unavailable, "the disk is full") }
            state = editor.state
            state.commits += 1
            return answer
        }
    }

    public func changing<Answer: Sendable>(
        on grounds: Grounds, _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer? {
        guard state.holds(grounds) else { return nil }
        return try await changing(body)
    }
}

final class FakeEditor: RegistryEditor {
    var state: FakeRegistry.State

    init(_ state: FakeRegistry.State) { self.state = state }

    var now: Instant { state.now }

    func agent(_ id: AgentID) throws(Problem) -> AgentEntry? {
        guard let stored = state.agents[id] else { return nil }
        guard let type = state.types[stored.agent.type] else {
            throw Problem(.unavailable, "the type of \(id) is missing")
        }
        return AgentEntry(
            agent: stored.agent, type: type, link: stored.link, createdAt: stored.createdAt,
            lastActiveAt: stored.lastActiveAt, secrets: stored.secrets, statusNote: stored.statusNote,
            attestation: stored.attestation)
    }

    func agents(_ filter: AgentFilter) throws(Problem) -> AgentPage {
        var found: [AgentEntry] = []
        for id in state.agents.keys.sorted() where filter.after.map({ $0 < id }) ?? true {
            guard let entry = try agent(id) else { continue }
            let agent = entry.agent
            if filter.type.map({ $0 == agent.type }) ?? true, filter.status.map({ $0 == agent.status }) ?? true,
                filter.team.map({ $0 == agent.team }) ?? true, filter.owner.map({ $0 == agent.owner }) ?? true,
                filter.unusedFor.map({ entry.isUnused(for: $0, at: now) }) ?? true
            {
                found.append(entry)
            }
        }
        let page = Array(found.prefix(filter.limit))
        return AgentPage(entries: page, next: found.count > page.count ? page.last?.agent.id : nil)
    }

    func type(_ id: AgentTypeID) -> AgentType? { state.types[id] }
    func types() -> [AgentType] { state.types.values.sorted { $0.id < $1.id } }
    func audience(_ id: AudienceID) -> Audience? { state.audiences[id] }
    func audiences() -> [Audience] { state.audiences.values.sorted { $0.id < $1.id } }
    func issuer(_ issuer: Label) -> TrustedIssuer? { state.issuers[issuer] }
    func issuers() -> [TrustedIssuer] { state.issuers.values.sorted { $0.issuer < $1.issuer } }
    func owns(_ owner: Label) -> Bool { state.agents.values.contains { $0.agent.owner == owner } }
    func keys() -> [KeyEntry] { state.keys.filter { $0.state != .gone } }

    func records(after sequence: Int64, limit: Int) -> [[UInt8]] {
        Array(rendered.dropFirst(Int(clamping: sequence)).prefix(limit))
    }

    func cursorKey() -> [UInt8] { [UInt8](repeating: 7, count: 32) }
    func position(of consumer: LedgerConsumer) -> Int64? { state.positions[consumer] }

    func excerpt(_ query: LedgerQuery) -> LedgerExcerpt {
        let found = stored(matching: query.filter).filter { $0.sequence > query.after }
        let page = Array(found.prefix(query.limit))
        return LedgerExcerpt(records: page, next: page.count < found.count ? page.last?.sequence : nil)
    }

    func latestRecords(_ limit: Int, matching filter: LedgerFilter) -> [StoredRecord] {
        Array(stored(matching: filter).suffix(limit))
    }

    private func stored(matching filter: LedgerFilter) -> [StoredRecord] {
        let matcher = RecordMatcher(filter)
        return rendered.enumerated().map { StoredRecord(sequence: Int64($0 + 1), bytes: $1) }
            .filter { matcher.matches($0.bytes) }
    }

    private var rendered: [[UInt8]] {
        state.records.enumerated().map { index, record in
            record.pieces.record(sequence: Int64(index + 1), previous: nil)
        }
    }

    func save(_ agent: Agent) {
        var entry = state.agents[agent.id] ?? FakeRegistry.Stored(agent: agent, createdAt: now)
        entry.agent = agent
        state.agents[agent.id] = entry
    }

    func save(_ type: AgentType) { state.types[type.id] = type }
    func save(_ audience: Audience) { state.audiences[audience.id] = audience }
    func remove(_ type: AgentTypeID) { state.types[type] = nil }
    func remove(_ audience: AudienceID) { state.audiences[audience] = nil }
    func save(_ issuer: TrustedIssuer) { state.issuers[issuer.issuer] = issuer }
    func remove(issuer: Label) { state.issuers[issuer] = nil }

    func link(_ agent: Agent, capabilities: Authority) {
        state.links.append(.init(agent: agent.id, owner: agent.owner, capabilities: capabilities))
        let number = UInt8(truncatingIfNeeded: state.links.count)
        state.agents[agent.id]?.link = ChainHash(bytes: [UInt8](repeating: number, count: 32))
    }

    func addSecret(hash: [UInt8], to agent: AgentID) throws(Problem) -> Int {
        let numbers = state.agents[agent]?.secrets.map(\.number) ?? []
        guard let free = [1, 2].first(where: { !numbers.contains($0) }) else { throw Problem(.conflict, "two") }
        let entry = SecretEntry(number: free, createdAt: now)
        state.agents[agent]?.secrets.append(entry)
        state.agents[agent]?.hashes.append(hash)
        return free
    }

    func removeSecret(_ number: Int, of agent: AgentID) -> Bool {
        guard let index = state.agents[agent]?.secrets.firstIndex(where: { $0.number == number }) else { return false }
        state.agents[agent]?.secrets.remove(at: index)
        state.agents[agent]?.hashes.remove(at: index)
        return true
    }

    func cut(_ agent: AgentID) -> Cut {
        let cut = state.agents[agent]?.live ?? Cut()
        state.agents[agent]?.live = Cut()
        return cut
    }

    func save(_ key: KeyEntry) {
        if let index = state.keys.firstIndex(where: { $0.id == key.id }) {
            state.keys[index] = key
        } else {
            state.keys.append(key)
        }
    }

    func save(_ note: StatusNote, of agent: AgentID) { state.agents[agent]?.statusNote = note }
    func save(_ attestation: Attestation, of agent: AgentID) { state.agents[agent]?.attestation = attestation }

    func append(_ record: LedgerRecord) { state.records.append(record) }
}

extension AgentEntry {
    fileprivate func isUnused(for seconds: Int64, at now: Instant) -> Bool {
        agent.status == .active && (lastActiveAt ?? createdAt).advanced(bySeconds: seconds) <= now
    }
}
