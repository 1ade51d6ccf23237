import Logging
import MandateCore

/// Applies the rules to the ledger page by page and records what they find together with how far it has come, so that
/// each finding is recorded once, whenever the process ends.
///
/// Lives on one thread.
final class DetectionDesk {
    /// What becomes of a page.
    enum Progress: Hashable {
        /// There is more to read.
        case more
        /// All was read.
        case done
        /// Something cannot be read or written now; nothing is lost.
        case stuck
    }

    private let administration: any RegistryAdministration
    private let ledger: any Ledger
    private let now: () -> Instant
    private let logger: Logger
    /// Told of each finding that is recorded.
    private let onFinding: (Detection) -> Void
    private var detections: Detections

    /// The last record that was read, and the last that is on disk as read; nil before the beginning.
    private var position: Int64?
    private var saved: Int64 = 0
    private var savedAt = ContinuousClock.now
    /// What was found and is not on disk yet.
    private var findings: [Finding] = []
    private var isStuck = false

    private static let page = 500
    /// How many records before the position make the rules' memory after a start.
    private static let memory: Int64 = 20_000
    /// After how many records, and how long, the position is written down when there is nothing else to write.
    private static let saveEvery: Int64 = 5_000
    private let saveAfter: Duration

    init(
        administration: any RegistryAdministration, ledger: any Ledger, now: @escaping () -> Instant, logger: Logger,
        stopped: @escaping (AgentID) -> Instant?, saveAfter: Duration = .seconds(2),
        onFinding: @escaping (Detection) -> Void
    ) {
        self.saveAfter = saveAfter
        self.administration = administration
        self.ledger = ledger
        self.now = now
        self.logger = logger
        self.onFinding = onFinding
        detections = Detections(stopped: stopped)
    }

    /// Deals with the next page.
    func work() -> Progress {
        do throws(Problem) {
            let start: Int64
            if let position { start = position } else { start = try begin() }
            // What was found is written before anything else is looked at.
            if !findings.isEmpty { try save(start) }
            let read = try records(after: start)
            for bytes in read { observe(bytes) }
            position = start + Int64(read.count)
            if let last = read.last.flatMap({ ObservedRecord($0) }) { position = last.sequence }
            if !findings.isEmpty || isDue { try save(position ?? start) }
            isStuck = false
            return read.count == Self.page ? .more : .done
        } catch {
            if !isStuck { logger.error("the ledger is not watched", metadata: ["detail": "\(error.detail)"]) }
            isStuck = true
            return .stuck
        }
    }

    /// Writes down how far it has come; what cannot be written is read again.
    func finish() {
        guard let position, position > saved || !findings.isEmpty else { return }
        do throws(Problem) { try save(position) } catch {}
    }

    private func observe(_ bytes: [UInt8]) {
        guard let record = ObservedRecord(bytes) else {
            return logger.error("a record of the ledger cannot be read: verify the ledger")
        }
        findings += detections.observe(record)
    }

    /// Goes back to where the last server stopped and remembers what was before. Where nobody has read yet, it begins
    /// with the newest records.
    private func begin() throws(Problem) -> Int64 {
        let (known, head) = try administration.reading { (reader) throws(Problem) in
            (try reader.position(of: .detections), try reader.latestRecords(1).last)
        }
        let end = head.flatMap { ObservedRecord($0)?.sequence } ?? 0
        // A position beyond the end is of another ledger: a backup was restored.
        let start = min(known ?? max(0, end - Self.memory), end)
        var fresh = detections
        var index = max(0, start - Self.memory)
        while index < start {
            let before = index
            for bytes in try records(after: index) {
                guard let record = ObservedRecord(bytes), record.sequence <= start else { continue }
                fresh.recall(record)
                index = max(index, record.sequence)
            }
            if index == before { break }
        }
        detections = fresh
        (position, saved) = (start, min(known ?? 0, end))
        return start
    }

    private func records(after sequence: Int64) throws(Problem) -> [[UInt8]] {
        try administration.reading { (reader) throws(Problem) in
            try reader.records(after: sequence, limit: Self.page)
        }
    }

    private var isDue: Bool {
        guard let position, position > saved else { return false }
        return position - saved >= Self.saveEvery || ContinuousClock.now - savedAt > saveAfter
    }

    private func save(_ sequence: Int64) throws(Problem) {
        let time = now()
        let entries =
            findings.map { LedgerEntry($0.record(at: time), effect: .none) }
            + [LedgerEntry(progress: .detections, to: sequence, at: time)]
        let outcomes = Awaited<[LedgerOutcome]>()
        ledger.append(entries) { outcomes.set($0) }
        guard outcomes.value().allSatisfy({ $0 == .durable }) else {
            throw Problem(.unavailable, "findings cannot be recorded now; they will be when the ledger can be written")
        }
        for finding in findings { tell(finding) }
        (findings, saved, savedAt) = ([], sequence, .now)
    }

    private func tell(_ finding: Finding) {
        logger.warning(
            "detected",
            metadata: [
                "detection": "\(finding.detection.rawValue)", "agent": "\(finding.agentID)",
                "count": "\(finding.count)",
            ])
        onFinding(finding.detection)
    }
}
