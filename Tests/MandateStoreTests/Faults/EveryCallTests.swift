import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("A fault at any call of SQLite")
struct EveryCallTests {
    /// Three agents, a chain through all of them, one key; closed.
    private struct Prepared {
        let place: Place
        let tokens: FakeTokens
        let chain: [OwnToken]
        let key: LedgerKey

        init() async throws {
            var counter = try await Counter(in: Place.inMemory)
            chain = try await counter.chain()
            (place, tokens) = (counter.place, counter.tokens)
            place.clock.advance(bySeconds: 1)
            counter.store.close()
            key = try Signing(place).key
        }

        func counter(at place: Place) async throws -> Counter {
            try await Counter(at: place, tokens: tokens, signing: key)
        }
    }

    @Test(
        "leaves all of an operation or nothing, gives nothing away, and is over when the disk is well",
        arguments: Operation.allCases, Fault.distinct)
    func operation(operation: Operation, fault: Fault) async throws {
        let prepared = try await Prepared()
        let before = try Tally(of: prepared.place)
        let after = try await tally(after: operation, of: prepared)
        var call = 0
        var wasStruck = true
        while wasStruck {
            call += 1
            try #require(call < 1000, "the operation never ends")
            let place = try Place(copying: prepared.place)
            let disk = try FaultyDisk(place.directory)
            let counter = try await prepared.counter(at: place)
            let keys = FakeKeyStore()
            disk.arm(fault, at: call)
            let failure = await failure(of: operation, counter, prepared.chain, keys)
            wasStruck = disk.failures > 0
            let left = try Place(copying: counter.place)
            disk.heal()
            let at = "\(operation) with \(fault) at call \(call)"

            #expect(try Tally(of: counter.place) == (failure == nil ? after : before), "\(at)")
            #expect(try counter.store.records().firstBreak() == nil, "\(at)")
            #expect(await counter.store.isHealthy(), "\(at)")
            if failure != nil {
                try await operation.run(counter, prepared.chain, keys: keys)
                #expect(try Tally(of: counter.place) == after, "\(at), then done again")
            }
            try await Operation.token.run(counter, prepared.chain, keys: keys)
            #expect(try counter.store.records().firstBreak() == nil, "\(at), then gone on")
            #expect(try counter.store.storedRoot() == counter.store.expectedRoot(), "\(at)")

            try await check(left, is: failure == nil ? [after] : [before, after], keys, prepared, "\(at), then killed")
        }
        #expect(call > 1, "nothing was struck")
    }

    /// What the process would have left behind had it been killed then must be one of these states, and good to go on with.
    private func check(
        _ left: Place, is states: [Tally], _ keys: FakeKeyStore, _ prepared: Prepared, _ at: String
    ) async throws {
        let counter = try await prepared.counter(at: left)
        let found = try Tally(of: left)
        #expect(states.contains(found), "\(at)")
        #expect(try Tally.damage(of: left) == [], "\(at)")
        #expect(try counter.store.storedRoot() == counter.store.expectedRoot(), "\(at)")
        let known = try counter.store.reading { (registry) throws(Problem) in try registry.keys() }
        let withoutFile = known.map(\.id).filter { $0 != Counter.key.id && !keys.files.contains($0) }
        #expect(withoutFile == [], "\(at): a published key has no file")
        try await Operation.token.run(counter, prepared.chain, keys: keys)
        #expect(try counter.store.records().firstBreak() == nil, "\(at)")
    }

    private func tally(after operation: Operation, of prepared: Prepared) async throws -> Tally {
        let counter = try await prepared.counter(at: try Place(copying: prepared.place))
        try await operation.run(counter, prepared.chain, keys: FakeKeyStore())
        return try Tally(of: counter.place)
    }

    /// What was said instead of an answer; anything but "not now" is wrong.
    private func failure(
        of operation: Operation, _ counter: Counter, _ chain: [OwnToken], _ keys: FakeKeyStore
    ) async -> (any Error)? {
        do {
            try await operation.run(counter, chain, keys: keys)
            return nil
        } catch let refusal as Refusal {
            if case .unavailable = refusal {} else { Issue.record("\(refusal)") }
            return refusal
        } catch let problem as Problem {
            if case .unavailable = problem.kind {} else { Issue.record("\(problem)") }
            return problem
        } catch {
            Issue.record("\(error)")
            return error
        }
    }
}
