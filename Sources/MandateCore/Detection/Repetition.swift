/// Counts what happens again and again under one name, such as an agent's, in the last ten minutes; says when it is
/// often enough, and not the same twice.
///
/// Remembers a bounded number of names and of happenings; the clock is that of the records.
struct Repetition {
    /// How often something happened in the window, and which records say so.
    struct Tally: Hashable {
        let count: Int64
        let records: [Int64]
    }

    private struct Happening {
        let at: Int64
        let sequence: Int64
        let times: Int64
    }

    private struct Memory {
        var happenings: [Happening] = []
        var latest: Int64 = 0
        /// What was said last, and when.
        var said: (at: Int64, count: Int64)?
    }

    /// Seconds. What was said is not said again for as long, unless it has become four times as much.
    static let window: Int64 = 600
    private static let milliseconds = window * 1000
    private static let escalation: Int64 = 4
    /// How many happenings under one name are remembered, and how many records a finding names.
    private static let depth = 64
    private static let named = 16
    static let capacity = 4096

    let threshold: Int64
    private var memories: [String: Memory] = [:]

    init(threshold: Int64) {
        self.threshold = threshold
    }

    /// Takes note of a record that stands for `times` happenings; answers what there is to say.
    mutating func note(_ name: String, _ record: ObservedRecord, times: Int64 = 1) -> Tally? {
        makeRoom(for: name, at: record.at.milliseconds)
        var memory = memories.removeValue(forKey: name) ?? Memory()
        defer { memories[name] = memory }
        memory.latest = max(memory.latest, record.at.milliseconds)
        let oldest = memory.latest - Self.milliseconds
        memory.happenings.removeAll { $0.at <= oldest }
        memory.happenings.append(
            Happening(
                at: record.at.milliseconds, sequence: record.sequence,
                times: min(max(times, 1), 1_000_000_000)))
        if memory.happenings.count > Self.depth { memory.happenings.removeFirst() }
        let count = memory.happenings.reduce(0) { $0 + $1.times }
        guard count >= threshold else { return nil }
        if let said = memory.said, said.at > oldest, count < said.count * Self.escalation { return nil }
        memory.said = (memory.latest, count)
        return Tally(count: count, records: memory.happenings.suffix(Self.named).map(\.sequence))
    }

    /// How often it happened under a name in the last window.
    func count(_ name: String) -> Int64 {
        memories[name]?.happenings.reduce(0) { $0 + $1.times } ?? 0
    }

    /// Takes note that something was said already.
    mutating func recall(_ name: String, count: Int64, at time: Instant) {
        makeRoom(for: name, at: time.milliseconds)
        memories[name, default: Memory()].said = (time.milliseconds, min(max(count, 0), 1_000_000_000_000))
    }

    /// Forgets what is over; when that is not enough, what is longest ago.
    private mutating func makeRoom(for name: String, at now: Int64) {
        guard memories.count >= Self.capacity, memories[name] == nil else { return }
        memories = memories.filter { $0.value.latest > now - 2 * Self.milliseconds }
        let room = Self.capacity / 8 * 7
        guard memories.count > room else { return }
        let newest = memories.sorted { $0.value.latest > $1.value.latest }.prefix(room)
        memories = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}
