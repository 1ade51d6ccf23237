import MandateCore

/// Notes the tokens of each group that was committed, and writes each agent's baseline down about once a minute, in
/// transactions of its own: habits stand in no token's way. After a kill the tokens of the last minute may be missing in
/// them.
final class BaselineWriter {
    private let table: BaselineTable
    private let half: Int
    private let patience: Duration
    private let reader: BaselineReader
    private let save: Statement
    private let report: @Sendable (String) -> Void

    /// What the group at hand gives to whom.
    private var given: [(observation: Observation, at: Instant)] = []
    /// The agents whose baselines changed since others began to be written, and when it is their turn.
    private var changed: [AgentID] = []
    private var due: ContinuousClock.Instant?
    /// Those that are being written, and what the transaction at hand writes of them.
    private var leaving: [AgentID] = []
    private var written: [AgentID] = []
    /// Whether the table turns when all of them are on disk.
    private var isTurning = false
    /// Whether a baseline that cannot be read was reported in this minute.
    private var isReported = false

    /// How many agents are remembered in memory since the last turn, and as many before it.
    static let capacity = 25_000
    /// How many baselines one transaction writes, and when there is no more room in memory.
    private static let portion = 256
    private static let largePortion = 4096

    init(
        _ connection: Connection, table: BaselineTable, half: Int = capacity, patience: Duration = .seconds(60),
        report: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        self.table = table
        self.half = half
        self.patience = patience
        self.report = report
        reader = try BaselineReader(connection)
        save = try connection.prepare(
            "INSERT INTO baseline (agent, profile) VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile")
    }

    /// Remembers what an agent is given until its group is committed.
    func give(_ observation: Observation, at now: Instant) { given.append((observation, at: now)) }

    /// The group was committed: everybody has what was given.
    func noteGiven() {
        for (observation, now) in given {
            note(observation.holder, observation, at: now)
            if let client = observation.client { note(client, observation, at: now) }
        }
        given.removeAll(keepingCapacity: true)
    }

    /// The group was not committed, so nobody has anything.
    func dropGiven() { given.removeAll(keepingCapacity: true) }

    /// When something is to be written; nil when everything is on disk.
    var deadline: ContinuousClock.Instant? { leaving.isEmpty ? due : .now }

    /// Whether something is to be written now; at the end that is all there is.
    func isDue(isLast: Bool) -> Bool {
        guard let deadline else { return false }
        return isLast || deadline <= .now || isFull
    }

    /// Writes a portion of it, inside a transaction.
    func write() throws(StoreError) {
        if leaving.isEmpty {
            (leaving, changed, due) = (changed, [], nil)
            (isTurning, isReported) = (isFull, false)
        }
        let count = min(leaving.count, isFull ? Self.largePortion : Self.portion)
        written = Array(leaving.suffix(count))
        leaving.removeLast(count)
        for agent in written {
            guard let baseline = table.leaving(agent) else { continue }
            try save.run([.text(agent.rawValue), baseline.json.column])
        }
    }

    /// The transaction was committed.
    func wrote() {
        written = []
        guard isTurning, leaving.isEmpty else { return }
        isTurning = false
        table.turn()
    }

    /// The transaction was not committed: what it wrote is written again, a minute later.
    func writeLater() {
        changed += leaving + written
        (leaving, written, isTurning) = ([], [], false)
        due = .now + patience
    }

    private var isFull: Bool { table.counts.new >= half }

    private func note(_ agent: AgentID, _ observation: Observation, at now: Instant) {
        switch table.note(agent, observation, at: now) {
        case .again: break
        case .first: wait(for: agent)
        case .unknown:
            do throws(StoreError) {
                table.load(try reader.baseline(of: agent) ?? Baseline(), of: agent)
                _ = table.note(agent, observation, at: now)
                wait(for: agent)
            } catch {
                if !isReported {
                    report("the baseline of agent \(agent) cannot be read, and is left as it is: \(error)")
                }
                isReported = true
            }
        }
    }

    private func wait(for agent: AgentID) {
        changed.append(agent)
        if due == nil { due = .now + patience }
    }
}
