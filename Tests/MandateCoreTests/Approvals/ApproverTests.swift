import MandateCore
import MandateTesting
import Testing

@Suite("Whoever decides about a request that waits")
struct ApproverTests {
    let registry = FakeRegistry()
    let approvals: Approvals

    init() async throws {
        approvals = Approvals(administration: registry)
        try await registry.changing { (editor) throws(Problem) in
            try editor.save(Court.type())
            for (id, owner) in [("planner", "alice"), ("writer", "bob"), ("desk", "eve")] {
                try editor.save(
                    Agent(
                        id: AgentID(checked: id), type: Court.type().id, owner: Label(checked: "\(owner)@company.com")))
            }
        }
    }

    /// The planner hands over to the writer, for Erin.
    private func wait(for approvers: [String] = [], _ change: (inout Waiting) -> Void = { _ in }) throws -> String {
        var waiting = Waiting(approvers: approvers)
        change(&waiting)
        let approval = try waiting.entry()
        registry.arrange { $0.approvals = [approval] }
        return approval.id
    }

    private func problem(
        _ id: String, _ body: JSONValue = [:], by approver: Approver = .operatorNamed("op", person: nil)
    ) async throws -> Problem? {
        let decision = try WrittenDecision.approval(body)
        do throws(Problem) {
            _ = try await approvals.approve(id, decision, by: approver)
            return nil
        } catch {
            return error
        }
    }

    private func token(of agent: String, for person: String, chain: [String] = []) -> Approver {
        .administrator(
            Administrator(
                agent: AgentID(checked: agent), principal: Label(checked: person),
                chain: chain.map { AgentID(checked: $0) }, scopes: "approvals:decide",
                expiry: .eightOClock, grounds: Grounds(epoch: Epoch(1), revocations: 0, links: [])))
    }

    @Test("is an operator who names nobody, whatever the rule says of people", arguments: [[], ["owner"], ["zoe"]])
    func operatorAlone(approvers: [String]) async throws {
        let id = try wait(for: approvers)
        #expect(try await problem(id) == nil)
        #expect(registry.state.approvals.first?.decision?.by == "op")
    }

    @Test(
        "is one of those whom the rule names, when it names any",
        arguments: [
            ([], "zoe", true), (["owner"], "bob@company.com", true), (["owner"], "alice@company.com", false),
            (["principal"], "erin", true), (["principal"], "bob@company.com", false),
            (["owner", "zoe"], "zoe", true), (["owner", "zoe"], "erin", false), (["zoe"], "Zoe", false),
            (["owner"], "owner", false), (["principal"], "principal", false),
        ])
    func named(approvers: [String], person: String, isFine: Bool) async throws {
        for way in [Approver.operatorNamed("op", person: Label(checked: person)), token(of: "desk", for: person)] {
            let id = try wait(for: approvers)
            let found = try await problem(id, by: way)
            #expect((found == nil) == isFine)
            #expect(found == nil || found?.kind == .forbidden)
            #expect(registry.state.approvals.first?.status == (isFine ? .approved : .pending))
            #expect(registry.state.approvals.first?.decision?.by == (isFine ? person : nil))
        }
    }

    @Test("is nobody who asked, would hold the token, or stands on the way to it", arguments: ["planner", "writer"])
    func requester(agent: String) async throws {
        let id = try wait()
        for way in [
            token(of: agent, for: "zoe"), token(of: "desk", for: "zoe", chain: [agent, "desk"]),
            .operatorNamed("op", person: Label(checked: agent)),
        ] {
            #expect(try await problem(id, by: way)?.kind == .forbidden)
        }
        #expect(registry.state.approvals.first?.status == .pending && registry.state.records.isEmpty)
        #expect(try await problem(id, by: token(of: "desk", for: "zoe")) == nil)
    }

    @Test("is no other agent either")
    func otherAgent() async throws {
        let id = try wait()
        let found = try await problem(id, by: .operatorNamed("op", person: Label(checked: "desk")))
        #expect(found == Problem(.forbidden, field: "by", "\"desk\" is an agent: a person decides"))
    }

    @Test("is on record with what was asked, what is left of it, and how the decision came")
    func record() async throws {
        let id = try wait(for: ["owner"])
        _ = try await approvals.approve(
            id,
            try WrittenDecision.approval([
                "scope": "ec2:DescribeVpcs", "expires_in": 60, "reason": "one look", "by": "bob@company.com",
            ]), by: .operatorNamed("op", person: Label(checked: "bob@company.com")))
        let record = try #require(registry.state.records.last)
        #expect(registry.events == [.approvalApproved] && record.changedBy == "bob@company.com")
        #expect(record.approval == id && record.chain == ["erin", "planner", "writer"] && record.rule == "writes-wait")
        #expect(record.agent?.id == AgentID(checked: "planner") && record.principal == "erin")
        #expect(record.requested == "ec2:Describe*" && record.granted == "ec2:DescribeVpcs" && record.decision == nil)
        #expect(record.audience == "cloud-inventory-api" && record.taskID == "INC-1")
        #expect(record.change == ["id": .string(id), "reason": "one look", "expires_in": 60, "through": "op"])
    }

    @Test("may deny, and that is on record too")
    func denies() async throws {
        let id = try wait()
        let denied = try await approvals.deny(
            id, try WrittenDecision.denial(["reason": "no"]), by: token(of: "desk", for: "zoe"))
        #expect(denied.status == .denied && denied.decision?.by == "zoe")
        #expect(denied.expiresAt == Instant.eightOClock.advanced(bySeconds: 3600))
        let record = try #require(registry.state.records.last)
        #expect(record.event == .approvalDenied && record.granted == nil && record.change?["through"] == "agent:desk")
    }

    @Test(
        "narrows and never widens",
        arguments: [
            ("ec2:Describe*", true), ("ec2:DescribeVpcs ec2:DescribeInstances", true), ("ec2:*", false),
            ("s3:ListBuckets", false), ("ec2:DescribeVpcs s3:ListBuckets", false), ("", false), (" ", false),
            ("*", false),
        ])
    func narrows(scope: String, isFine: Bool) async throws {
        let id = try wait()
        do {
            let found = try await problem(id, ["scope": .string(scope)])
            #expect((found == nil) == isFine && (found == nil || (found?.kind, found?.field) == (.invalid, "scope")))
        } catch let error as Problem {
            #expect(!isFine && error.field == "scope")
        }
    }

    @Test("leaves something at every audience that was asked for")
    func everyAudience() async throws {
        let id = try wait { $0.authority = ["a-api": "a:read", "b-api": "b:read b:write"] }
        #expect(try await problem(id, ["scope": "b:read"])?.field == "scope")
        #expect(try await problem(id, ["scope": "a:read b:read"]) == nil)
    }

    @Test(
        "says how long in whole seconds, within bounds, and nothing that is not known",
        arguments: [
            (["expires_in": 4], "expires_in"), (["expires_in": 3601], "expires_in"),
            (["expires_in": "60"], "expires_in"),
            (["expires_in": -1], "expires_in"), (["scope": ["a"]], "scope"), (["by": ""], "by"), (["by": "a b"], "by"),
            (["reason": ""], "reason"), (["reason": "a\nb"], "reason"), (["scopes": "a"], "scopes"),
            (["status": "x"], "status"),
        ] as [(JSONValue, String)])
    func written(body: JSONValue, field: String) throws {
        #expect { _ = try WrittenDecision.approval(body) } throws: { ($0 as? Problem)?.field == field }
    }

    @Test("decides once, and in time")
    func once() async throws {
        let id = try wait()
        registry.arrange { $0.now = Instant.eightOClock.advanced(bySeconds: 3599) }
        #expect(try await problem(id) == nil)
        #expect(registry.state.approvals.first?.expiresAt == Instant.eightOClock.advanced(bySeconds: 4199))
        let again = try #require(try await problem(id))
        #expect(again.kind == .conflict && again.detail.contains("\"op\" approved it"))
        let late = try wait()
        registry.arrange { $0.now = Instant.eightOClock.advanced(bySeconds: 3600) }
        #expect(try await problem(late)?.detail.contains("nobody decided") == true)
        #expect(try await problem("01a3185c-5000-7202-8202-020202020299")?.kind == .notFound)
        #expect(registry.state.records.count == 1)
    }
}

/// A request that waits, as a test arranges it.
struct Waiting {
    static let id = "01a3185c-5000-7202-8202-020202020202"
    var approvers: [String] = []
    var authority: Authority = ["cloud-inventory-api": "ec2:Describe*"]

    func entry() throws -> ApprovalEntry {
        let stored: JSONValue = [
            "wanted": "delegation", "authority": authority.json, "task": "INC-1", "purpose": .null,
            "requested_actor": "writer", "lifetime": 3600, "reported_risk": .null, "basis": ["kind": "registration"],
            "actor": .null,
            "principal": "erin", "path": ["erin", "planner", "writer"],
            "approvers": .array(approvers.map { .string($0) }), "rule": "writes-wait", "reason": "writes are looked at",
        ]
        guard let held = HeldRequest(stored: stored) else { throw Misarranged() }
        return ApprovalEntry(
            id: Self.id, status: .pending, client: AgentID(checked: "planner"), binding: [1],
            createdAt: .eightOClock, expiresAt: Instant.eightOClock.advanced(bySeconds: 3600), held: held)
    }
}
