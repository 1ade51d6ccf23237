import MandateCore
import MandateTesting
import Testing

@Suite("An agent's life")
struct AgentLifecycleTests {
    let registry: FakeRegistry
    let lifecycle: AgentLifecycle
    let id = AgentID(checked: "agent-own")
    let type = AgentTypeID(checked: "inventory-reader")
    let live = Cut(tokens: 3, links: 1, latestExpiry: Instant(seconds: 1_800_000_900))

    init() async throws {
        registry = try await Quickstart.registry()
        lifecycle = AgentLifecycle(administration: registry)
        registry.arrange { [id, live] state in
            state.records = []
            state.agents[id]?.live = live
        }
    }

    private func isConflict(_ error: any Error) -> Bool { (error as? Problem)?.kind == .conflict }

    @Test("is cut off by a suspension, with the reason on record")
    func suspends() async throws {
        let reason = try #require(PrintableText("left the team"))
        #expect(try await lifecycle.suspend(id, because: reason, by: "op") == live)
        #expect(registry.state.agents[id]?.agent.status == .suspended)
        let record = try #require(registry.state.records.first)
        #expect(record.event == .agentSuspended && record.changedBy == "op" && record.agent?.id == id)
        #expect(record.change?["reason"] == "left the team" && record.change?["tokens"] == 3)
    }

    @Test("shows when, by whom and why it got its status")
    func notes() async throws {
        #expect(registry.state.agents[id]?.statusNote == nil)
        let reason = try #require(PrintableText("left the team"))
        _ = try await lifecycle.suspend(id, because: reason, by: "op")
        let entry = try registry.reading { (reader) throws(Problem) in try reader.known(id) }
        #expect(
            entry.json["status_changed"] == ["at": "2027-01-15T08:00:00.000Z", "by": "op", "reason": "left the team"])
        registry.arrange { $0.now = $0.now.advanced(bySeconds: 60) }
        _ = try await lifecycle.suspend(id, because: nil, by: "another")
        #expect(registry.state.agents[id]?.statusNote?.by == "op", "nothing changed the second time")
        _ = try await lifecycle.decommission(id, because: nil, by: "another")
        #expect(
            registry.state.agents[id]?.statusNote
                == StatusNote(at: Instant.eightOClock.advanced(bySeconds: 60), by: "another", because: nil))
    }

    @Test("cannot be cut off twice, and saying it twice is no error")
    func suspendsTwice() async throws {
        _ = try await lifecycle.suspend(id, because: nil, by: "op")
        #expect(try await lifecycle.suspend(id, because: nil, by: "op") == Cut())
        #expect(registry.events == [.agentSuspended])
    }

    @Test("ends for ever when it is decommissioned")
    func decommissions() async throws {
        #expect(try await lifecycle.decommission(id, because: nil, by: "op") == live)
        await #expect { _ = try await lifecycle.resume(id, because: nil, by: "op") } throws: { isConflict($0) }
        await #expect { _ = try await lifecycle.suspend(id, because: nil, by: "op") } throws: { isConflict($0) }
        #expect(try await lifecycle.decommission(id, because: nil, by: "op") == Cut())
        #expect(registry.events == [.agentDecommissioned])
    }

    @Test("goes on after a resumption")
    func resumes() async throws {
        _ = try await lifecycle.suspend(id, because: nil, by: "op")
        #expect(try await lifecycle.resume(id, because: nil, by: "op") == Cut())
        #expect(registry.state.agents[id]?.agent.status == .active)
        #expect(registry.events == [.agentSuspended, .agentResumed])
    }

    @Test("is cut off when its type is suspended, and keeps its own status")
    func suspendsType() async throws {
        #expect(try await lifecycle.suspend(type, because: nil, by: "op") == live)
        #expect(registry.state.types[type]?.status == .suspended)
        #expect(registry.state.agents[id]?.agent.status == .active)
        #expect(try await lifecycle.suspend(type, because: nil, by: "op") == Cut())
        _ = try await lifecycle.resume(type, because: nil, by: "op")
        #expect(registry.events == [.typeSuspended, .typeResumed])
    }

    @Test("needs an agent")
    func unknown() async throws {
        await #expect {
            _ = try await lifecycle.suspend(AgentID(checked: "nobody"), because: nil, by: "op")
        } throws: {
            ($0 as? Problem)?.kind == .notFound
        }
    }

    @Test("gives at most two secrets at a time, each told once and kept as a hash")
    func secrets() async throws {
        let secrets = ClientSecrets(administration: registry, digests: FakeDigests()) { (count) throws(Refusal) in
            [UInt8](repeating: 0xFB, count: count)
        }
        let first = try await secrets.issue(to: id, by: "op")
        #expect(first.secret.hasPrefix("mnd_") && first.secret.utf8.count == 47)
        #expect(registry.state.agents[id]?.hashes == [try FakeDigests().sha256(Array(first.secret.utf8))])
        #expect(try await secrets.issue(to: id, by: "op").number == 2)
        await #expect { _ = try await secrets.issue(to: id, by: "op") } throws: { isConflict($0) }
        try await secrets.remove(1, of: id, by: "op")
        await #expect { try await secrets.remove(1, of: id, by: "op") } throws: { ($0 as? Problem)?.kind == .notFound }
        #expect(try await secrets.issue(to: id, by: "op").number == 1)
        #expect(!registry.state.records.contains { "\($0)".contains(first.secret) })
        _ = try await lifecycle.decommission(id, because: nil, by: "op")
        await #expect { _ = try await secrets.issue(to: id, by: "op") } throws: { isConflict($0) }
    }

    @Test("gives no secret when there is no randomness")
    func noRandomness() async throws {
        let secrets = ClientSecrets(administration: registry, digests: FakeDigests()) { (_) throws(Refusal) in
            throw .unavailable(.overloaded)
        }
        await #expect {
            _ = try await secrets.issue(to: id, by: "op")
        } throws: {
            ($0 as? Problem)?.kind == .unavailable
        }
        #expect(registry.events == [])
    }
}
