import MandateCore
import Testing

@testable import MandateStore

@Suite("A ledger written by many at once")
struct ConcurrencyTests {
    let place: Place
    let store: Store

    init() async throws {
        place = try Place()
        store = try place.open()
        try await store.register([Sample.agent(Sample.reader), Sample.agent(Sample.writer)])
    }

    @Test("is one unbroken chain, with every record of each writer in its order")
    func chain() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask { try await append(1000, as: writer) }
            }
            group.addTask {
                for number in 0..<50 {
                    try await store.change { (editor) throws(Problem) in
                        try editor.save(Sample.audience("audience-\(number)"))
                        var record = LedgerRecord(at: editor.now, event: .audienceRegistered)
                        record.requestID = "change \(number)"
                        try editor.append(record)
                    }
                }
            }
            try await group.waitForAll()
        }
        let records = try store.records()
        #expect(records.count == 8050)
        #expect(try records.firstBreak() == nil)
        for name in (0..<8).map({ "writer \($0)" }) + ["change"] {
            let numbers = records.compactMap(\.requestID).filter { $0.hasPrefix(name + " ") }
            #expect(numbers == (0..<(name == "change" ? 50 : 1000)).map { "\(name) \($0)" })
        }
        let cut = try await store.changing { (editor) throws(Problem) in try editor.cut(Sample.reader) }
        #expect(cut.tokens == 8000)
    }

    /// Appends in groups of changing size, judging again what the changes overtook, as a server does.
    private func append(_ count: Int, as writer: Int) async throws {
        let registry = try store.registry()
        var next = 0
        while next < count {
            let (epoch, link) = try #require(
                try registry.reading { view in (view.epoch, try? view.registration(of: Sample.reader)?.link.number) })
            let entries = (next..<min(next + 1 + next % 23, count)).map { number in
                LedgerEntry.token(
                    "writer \(writer) \(number)", link: link ?? 0, under: epoch, at: place.clock.now)
            }
            let outcomes = await store.outcomes(of: entries)
            let first = try #require(outcomes.first)
            #expect(outcomes == entries.map { _ in first } && (first == .durable || first == .judgeAgain))
            if first == .durable { next += entries.count }
        }
    }

    @Test("holds no token of an agent between its suspension and its resumption")
    func suspension() async throws {
        let lifecycle = AgentLifecycle(administration: store)
        let issuers = (0..<4).map { issuer in
            Task { try await issueUntilCancelled(as: issuer) }
        }
        for _ in 0..<60 {
            _ = try await lifecycle.suspend(Sample.reader, because: nil, by: "op")
            _ = try await lifecycle.resume(Sample.reader, because: nil, by: "op")
        }
        for issuer in issuers { issuer.cancel() }
        var overtaken = 0
        for issuer in issuers { overtaken += try await issuer.value }
        let records = try store.records()
        #expect(try records.firstBreak() == nil)
        var suspended = false
        var tokens = 0
        for record in records {
            switch record.event {
            case .agentSuspended: suspended = true
            case .agentResumed: suspended = false
            default:
                tokens += 1
                #expect(!suspended, "record \(record.json["seq"]?.integer ?? 0)")
            }
        }
        #expect(tokens > 0 && overtaken > 0, "\(tokens) tokens, \(overtaken) overtaken: the test tested nothing")
    }

    /// Judges and appends one token at a time; answers how often a change came between the two.
    private func issueUntilCancelled(as issuer: Int) async throws -> Int {
        let registry = try store.registry()
        var overtaken = 0
        while !Task.isCancelled {
            let (epoch, registration) = try registry.reading { view in
                (view.epoch, try? view.registration(of: Sample.reader))
            }
            guard let registration, registration.isActive(at: place.clock.now) else {
                await Task.yield()
                continue
            }
            let entry = LedgerEntry.token(
                "issuer \(issuer)", of: registration.agent, link: registration.link.number, under: epoch,
                at: place.clock.now)
            if await store.outcomes(of: [entry]) == [.judgeAgain] { overtaken += 1 }
        }
        return overtaken
    }

    @Test("holds no token that was judged before a suspension and came to the writer after it")
    func betweenJudgingAndCommitting() async throws {
        let lifecycle = AgentLifecycle(administration: store)
        for _ in 0..<25 {
            let (epoch, link) = (try store.epoch(), try #require(try store.registration(of: Sample.reader)).link.number)
            _ = try await lifecycle.suspend(Sample.reader, because: nil, by: "op")
            let entry = LedgerEntry.token("late", link: link, under: epoch, at: place.clock.now)
            #expect(await store.outcomes(of: [entry, entry]) == [.judgeAgain, .judgeAgain])
            _ = try await lifecycle.resume(Sample.reader, because: nil, by: "op")
            #expect(await store.outcomes(of: [entry]) == [.judgeAgain])
        }
        #expect(try store.records().allSatisfy { $0.event != .tokenIssued })
    }
}
