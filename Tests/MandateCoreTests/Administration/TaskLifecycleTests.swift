import MandateCore
import MandateTesting
import Testing

@Suite("A task's life")
struct TaskLifecycleTests {
    let registry = FakeRegistry()
    let lifecycle: TaskLifecycle
    let id = TaskID(checked: "review")

    init() { lifecycle = TaskLifecycle(administration: registry) }

    private func kind(_ json: JSONValue) async -> (Problem.Kind, String?)? {
        do throws(Problem) {
            _ = try await lifecycle.create(json, by: "op")
            return nil
        } catch {
            return (error.kind, error.field)
        }
    }

    @Test("begins once, with what was said of it on record")
    func begins() async throws {
        let json: JSONValue = [
            "id": "review", "principal": "alice@company.com", "purpose": "Q1 review",
            "deadline": "2027-01-15T09:00:00Z",
        ]
        let task = try await lifecycle.create(json, by: "op")
        let expected = TaskEntry(
            id: id, principal: Label(checked: "alice@company.com"), purpose: TaskPurpose(checked: "Q1 review"),
            deadline: Instant(seconds: 1_800_003_600), createdAt: .eightOClock, createdBy: "op", isReserved: true)
        #expect(task == expected && registry.state.tasks[id] == expected)
        let record = try #require(registry.state.records.first)
        #expect(record.event == .taskCreated && record.taskID == "review" && record.changedBy == "op")
        #expect(record.principal == "alice@company.com" && record.change?["purpose"] == "Q1 review")
        #expect(await kind(["id": "review"]) ?? (.unavailable, nil) == (.conflict, "id"))
    }

    @Test(
        "does not begin when it is described wrongly",
        arguments: [
            ([:], "id"), (["id": "a b"], "id"), (["id": 1], "id"), (["id": "a", "status": "open"], "status"),
            (["id": "a", "holder": "x"], "holder"), (["id": "a", "ownr": "x"], "ownr"),
            (["id": "a", "deadline": "tomorrow"], "deadline"),
            (["id": "a", "deadline": "2027-01-15T08:00:00Z"], "deadline"), (["id": "a", "purpose": "é"], "purpose"),
        ] as [(JSONValue, String)])
    func refuses(json: JSONValue, field: String) async {
        #expect(await kind(json) ?? (.unavailable, nil) == (.invalid, field))
        #expect(registry.state.records.isEmpty)
    }

    @Test("ends once and for ever, and cuts off what is live of it", arguments: [true, false])
    func ends(isDone: Bool) async throws {
        let cut = Cut(tokens: 4, links: 2, latestExpiry: Instant(seconds: 1_800_000_900))
        _ = try await lifecycle.create(["id": "review"], by: "op")
        registry.arrange { $0.cuts["review"] = cut }
        let reason = PrintableText("all done")
        let made =
            if isDone { try await lifecycle.complete(id, because: reason, by: "eve") } else {
                try await lifecycle.cancel(id, because: reason, by: "eve")
            }
        #expect(made == cut)
        let task = try #require(registry.state.tasks[id])
        #expect(task.status == (isDone ? .completed : .cancelled))
        #expect(task.endedAt == .eightOClock && task.endedBy == "eve" && task.createdBy == "op")
        #expect(registry.state.revocations == [.task(id): Instant(seconds: 1_800_003_600)])
        #expect(registry.events == [.taskCreated, isDone ? .taskCompleted : .taskCancelled])
        let change = try #require(registry.state.records.last?.change)
        #expect(change["reason"] == "all done" && change["tokens"] == 4 && change["links"] == 2)
        #expect(try await lifecycle.complete(id, because: nil, by: "op") == Cut())
        #expect(try await lifecycle.cancel(id, because: nil, by: "op") == Cut())
        #expect(registry.state.tasks[id] == task && registry.events.count == 2)
    }

    @Test("cannot end before it began")
    func unknown() async throws {
        await #expect { _ = try await lifecycle.complete(id, because: nil, by: "op") } throws: {
            ($0 as? Problem)?.kind == .notFound
        }
    }

    @Test("is a tree of hand-overs, each below the one it came from")
    func tree() {
        let tree = DelegationTree([
            .made(1, by: "alice", to: "planner", token: "t1"),
            .made(2, by: "planner", to: "reader", below: 1, status: .revoked),
            .made(3, by: "planner", to: "writer", below: 1),
            // Passed on from a registration, which belongs to no task.
            .made(9, by: "other", to: "reader", below: 7, status: .expired),
        ])
        func shape(_ json: JSONValue) -> String {
            (json.array ?? []).map { link in
                let below = shape(link["links"] ?? .null)
                return "\(link["delegate"]?.string ?? "?") \(link["status"]?.string ?? "?")"
                    + (below.isEmpty ? "" : " (\(below))")
            }.joined(separator: ", ")
        }
        #expect(shape(tree.json) == "planner live (reader revoked, writer live), reader expired")
        #expect(
            tree.json.array?[1] == [
                "delegation_chain_hash": .string("sha256:" + String(repeating: "09", count: 32)),
                "delegator": "other", "delegate": "reader", "depth": 2, "jti": .null,
                "authority": ["cloud-inventory-api": ["ec2:Describe*"]], "issued_at": "2027-01-15T08:00:00.000Z",
                "expires_at": .null, "status": "expired", "links": [],
            ])
    }
}
