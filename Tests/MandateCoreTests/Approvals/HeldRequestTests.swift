import MandateCore
import MandateTesting
import Testing

@Suite("A request that a person must approve")
struct HeldRequestTests {
    private static let rule = Policy(
        id: PolicyID(checked: "reads-wait"), effect: .requireApproval, approvers: [Label(checked: "owner")],
        reason: PrintableText("reads are looked at"))

    private func court() throws -> Court {
        var court = try Court()
        court.view.rules = [Self.rule]
        return court
    }

    /// What would be kept of the request; nil when it is not held back.
    private func hold(_ request: TokenRequest = Court.request(), in court: Court) throws -> NewApproval? {
        guard case .refuse(.approvalRequired, _, let entry) = try court.judge(request),
            case .hold(let new) = entry.effect
        else { return nil }
        return new
    }

    private func approval(
        _ new: NewApproval, _ status: ApprovalEntry.Status, _ decision: ApprovalDecision? = nil,
        of client: AgentID? = nil
    ) -> ApprovalEntry {
        ApprovalEntry(
            id: new.id, status: status, client: client ?? new.client, binding: new.binding, createdAt: new.createdAt,
            expiresAt: new.expiresAt, held: new.held, decision: decision)
    }

    @Test("is kept, and the record says what an approver needs")
    func kept() throws {
        let judgement = try court().judge(Court.request(task: TaskID(checked: "INC-1"), lifetime: 60))
        guard case .refuse(.approvalRequired(let waiting), _, let entry) = judgement, case .hold(let new) = entry.effect
        else {
            Issue.record("\(judgement)")
            return
        }
        let record = try JSONValue(strict: Array(entry.text.utf8))
        #expect(waiting.id == new.id && record["approval"] == .string(new.id) && waiting.code == nil)
        #expect(record["event"] == "approval.requested" && record["decision"] == "REQUIRE_APPROVAL")
        #expect(record["rule"] == "reads-wait" && record["requested"] == ["ec2:DescribeVpcs"])
        #expect(record["chain"] == ["alice@company.com", "inventory-agent-7"] && record["task_id"] == "INC-1")
        #expect(record["exp"] == "2027-01-15T09:00:00.000Z")
        #expect(
            record["change"] == [
                "approvers": ["owner"], "authority": ["cloud-inventory-api": ["ec2:DescribeVpcs"]], "expires_in": 60,
                "grant": "client_credentials", "holder": "inventory-agent-7", "reason": "reads are looked at",
                "requested_token_type": "access_token", "task_purpose": .null,
            ])
        let stored = HeldRequest(stored: try JSONValue(strict: new.held.stored.canonical))
        #expect(stored == new.held)
    }

    @Test("is the same request only while nothing that matters changes")
    func binding() throws {
        let court = try court()
        let first = try #require(try hold(in: court))
        let same = [
            Court.request(lifetime: 60), Court.request(targets: [.resource("https://inventory.internal/")]),
            Court.request(scope: .scopes("ec2:DescribeVpcs ec2:DescribeVpcs")),
        ]
        for request in same { #expect(try hold(request, in: court)?.binding == first.binding) }
        let others = [
            Court.request(scope: .scopes("ec2:DescribeVpcs s3:ListBuckets")), Court.request(task: TaskID(checked: "t")),
        ]
        for request in others {
            let other = try #require(try hold(request, in: court))
            #expect(other.binding != first.binding)
        }
        var later = court
        later.view.policy = PolicyDigest(stored: "sha256:others")
        #expect(try #require(try hold(in: later)).binding != first.binding)
    }

    @Test("is carried out once it was approved, within what the decision leaves")
    func approved() throws {
        var court = try court()
        let request = Court.request(scope: .scopes("ec2:DescribeVpcs s3:ListBuckets"))
        let new = try #require(try hold(request, in: court))
        let decision = ApprovalDecision(by: "alice", at: court.now, scopes: "ec2:DescribeVpcs", lifetime: 60)
        court.view.approvals = [approval(new, .approved, decision)]
        let issuance = try court.judge(request).issued()
        let claims = try JSONValue(strict: issuance.claims)
        #expect(claims["approval"] == .string(new.id) && claims["scope"] == "ec2:DescribeVpcs")
        #expect(claims["exp"] == .integer(court.now.seconds + 60))
        let record = try JSONValue(strict: Array(issuance.entry.text.utf8))
        #expect(record["approval"] == .string(new.id) && record["granted"] == ["ec2:DescribeVpcs"])
        #expect(record["decision"] == "ALLOW_WITH_CONDITIONS" && record["rule"] == "reads-wait")
        guard case .issuance(_, let writes) = issuance.entry.effect else {
            Issue.record("\(issuance.entry.effect)")
            return
        }
        #expect(writes.approval?.id == new.id && writes.approval?.claims == issuance.claims)
        let link = try JSONValue(strict: try #require(writes.links.first).document)
        #expect(writes.links.count == 1 && link["approval"] == .string(new.id))
    }

    @Test("is another's when another client asks")
    func otherClient() throws {
        var court = try court()
        let new = try #require(try hold(in: court))
        let decision = ApprovalDecision(by: "alice", at: court.now)
        court.view.approvals = [approval(new, .approved, decision, of: AgentID(checked: "other"))]
        #expect(try hold(in: court) != nil)
    }

    @Test("stays denied until it would have expired, and can be asked for anew then")
    func denied() throws {
        var court = try court()
        let new = try #require(try hold(in: court))
        let decision = ApprovalDecision(by: "alice", at: court.now, reason: PrintableText("not today"))
        court.view.approvals = [approval(new, .denied, decision)]
        court.now = court.now.advanced(bySeconds: 3599)
        #expect(try court.judge().refusal == .approvalDenied(id: new.id, PrintableText("not today")))
        court.now = court.now.advanced(bySeconds: 1)
        #expect(try hold(in: court) != nil)
    }

    @Test("that was approved and not fetched in time is held anew", arguments: [3599, 3600] as [Int64])
    func expired(seconds: Int64) throws {
        var court = try court()
        let new = try #require(try hold(in: court))
        court.view.approvals = [approval(new, .approved, ApprovalDecision(by: "alice", at: court.now))]
        court.now = court.now.advanced(bySeconds: seconds)
        #expect(try (hold(in: court) == nil) == (seconds < 3600))
    }

    @Test("is refused at once when a policy denies it, whatever was approved before")
    func deniedByPolicy() throws {
        var court = try court()
        let new = try #require(try hold(in: court))
        court.view.approvals = [approval(new, .approved, ApprovalDecision(by: "alice", at: court.now))]
        court.view.rules.append(Policy(id: PolicyID(checked: "no"), effect: .deny))
        #expect(try court.judge().refusal == .deniedByPolicy("no", nil))
    }
}
