import MandateCore
import MandateTesting
import Testing

@Suite("An end that a client brings about")
struct EndTests {
    private let relay: Relay
    private let delegations: [String]
    private let access: String

    init() throws {
        var relay = try Relay()
        delegations = try relay.chain(of: 3)
        access = try relay.presented(under: delegations[0])
        relay.now = relay.now.advanced(bySeconds: 1)
        self.relay = relay
    }

    private func revoke(_ token: String, by client: String, in relay: Relay? = nil) throws -> Judgement {
        let relay = relay ?? self.relay
        let question = TokenQuestion(
            credential: TokenRequest.credential(of: client), token: Array(token.utf8), address: "192.0.2.7")
        return try relay.service.judge(.revocation(question), in: relay.view, at: relay.now)
    }

    private func complete(_ task: String, by client: String, in relay: Relay) throws -> Judgement {
        let completion = TaskCompletion(
            credential: TokenRequest.credential(of: client), task: TaskID(checked: task), address: "192.0.2.7")
        return try relay.service.judge(.completion(completion), in: relay.view, at: relay.now)
    }

    @Test(
        "is of a delegation token: its link, by the holder or by anyone who handed the authority on", arguments: 1...3)
    func link(client: Int) throws {
        let link = try #require(try relay.chain(behind: delegations[2]).summary.links.last)
        let (entry, task) = try revoke(delegations[2], by: "agent-\(client)").ended()
        #expect(task == nil)
        #expect(
            entry.effect
                == .revocation(
                    .link(link), until: .eightOClock.advanced(bySeconds: 3600), by: "agent-\(client)"))
        let record = try JSONValue(text: entry.text)
        #expect(record["event"] == "delegation.revoked" && record["agent_id"] == .string("agent-\(client)"))
        #expect(record["jti"] == .string(delegations[2]) && record["principal"] == "bob@company.com")
        #expect(record["chain"] == ["bob@company.com", "agent-1", "agent-2", "agent-3"])
        #expect(record["task_id"] == "INC-1" && record["decision"] == .null)
    }

    @Test("is of an access token: the token alone, where no link was made for it")
    func token() throws {
        let (entry, _) = try revoke(access, by: "agent-1").ended()
        let until = try #require(relay.tokens.own[access]).expiry
        #expect(entry.effect == .revocation(.token(access), until: until, by: "agent-1"))
        #expect(try JSONValue(text: entry.text)["event"] == "token.revoked")
    }

    @Test("is of an access token that was passed on: the link it came with")
    func passedOn() throws {
        var relay = relay
        let passed = try relay.take(.passOn(access))
        let link = try #require(try relay.chain(behind: passed).summary.links.last)
        let until = try #require(relay.tokens.own[passed]).expiry
        for client in ["agent-1", "agent-9"] {
            let (entry, _) = try revoke(passed, by: client, in: relay).ended()
            #expect(entry.effect == .revocation(.link(link), until: until, by: client))
        }
    }

    @Test("is refused to everybody else, and recorded", arguments: ["agent-4", "agent-9", "portal"])
    func others(client: String) throws {
        guard case .refuse(.presenterMismatch, _, let entry) = try revoke(delegations[2], by: client) else {
            Issue.record("\(client) may revoke it")
            return
        }
        let record = try JSONValue(text: entry.text)
        #expect(record["decision"] == "DENY" && record["reason"] == "presenter_mismatch")
        #expect(record["event"] == "token.refused" && entry.effect == .none)
    }

    @Test("is not of an ancestor's token by those below it")
    func below() throws {
        #expect(try revoke(delegations[0], by: "agent-2").refusal == .presenterMismatch)
        #expect(try revoke(delegations[1], by: "agent-3").refusal == .presenterMismatch)
    }

    @Test("is as good as done for tokens that are unknown, expired or of nobody here")
    func unknown() throws {
        var later = relay
        later.now = later.now.advanced(bySeconds: 3600)
        var other = relay
        let claims = try #require(relay.tokens.own[access]).members.map { member in
            member.name == "iss" ? JSONMember(name: "iss", value: "https://other.example") : member
        }
        other.tokens.own["other"] = OwnToken(type: .accessToken, key: Court.key, claims: .object(claims))
        for (token, relay) in [("unknown", relay), (delegations[2], later), ("other", other)] {
            guard case .answer(let nothing, _) = try revoke(token, by: "agent-3", in: relay) else {
                Issue.record("more was said of \(token)")
                continue
            }
            #expect(nothing == [])
        }
    }

    @Test("is of a task, by the agent that holds its first delegation")
    func task() throws {
        var relay = relay
        relay.view.tasks = [
            TaskEntry(
                id: Relay.task, principal: Relay.bob, createdAt: .eightOClock, createdBy: "portal",
                holder: AgentID(checked: "agent-1"))
        ]
        let (entry, task) = try complete("INC-1", by: "agent-1", in: relay).ended()
        #expect(task == Relay.task)
        #expect(
            entry.effect
                == .revocation(.task(Relay.task), until: relay.now.advanced(bySeconds: 3600), by: "agent-1"))
        let record = try JSONValue(text: entry.text)
        #expect(record["event"] == "task.completed" && record["task_id"] == "INC-1")
        #expect(record["principal"] == "bob@company.com" && record["agent_id"] == "agent-1")
        for (id, client) in [("INC-1", "agent-2"), ("INC-1", "portal"), ("INC-2", "agent-1")] {
            guard case .refuse(.presenterMismatch, _, let entry) = try complete(id, by: client, in: relay) else {
                Issue.record("\(client) may complete \(id)")
                continue
            }
            #expect(try JSONValue(text: entry.text)["event"] == "task.refused")
        }
    }

    @Test("is of no task that nobody holds")
    func unheld() throws {
        var relay = relay
        relay.view.tasks = [TaskEntry(id: Relay.task, createdAt: .eightOClock, createdBy: "portal")]
        #expect(try complete("INC-1", by: "agent-1", in: relay).refusal == .presenterMismatch)
    }
}

extension Judgement {
    /// What ends, or the test does.
    fileprivate func ended() throws -> (LedgerEntry, TaskID?) {
        guard case .end(let entry, let task) = self else { throw Misarranged() }
        return (entry, task)
    }
}
