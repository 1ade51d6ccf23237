import MandateCore
import MandateTesting
import Testing

@testable import MandateAdmin

@Suite("Approvals over the admin API")
struct ApprovalAPITests {
    let desk: Desk
    private static let id = "01a3185c-5000-7202-8202-020202020202"
    private static let path = "/v1/approvals/\(id)"

    init() async throws {
        desk = try await Desk()
        let held: JSONValue = [
            "wanted": "access_token", "authority": ["cloud-inventory-api": ["ec2:Describe*"]], "task": .null,
            "purpose": .null, "requested_actor": .null, "lifetime": 60, "reported_risk": .null,
            "basis": ["kind": "registration"],
            "actor": .null, "principal": "erin", "path": ["erin", "agent-inventory-prod-001"], "approvers": ["zoe"],
            "rule": "reads-wait", "reason": "looked at",
        ]
        let entry = ApprovalEntry(
            id: Self.id, status: .pending, client: AgentID(checked: "agent-inventory-prod-001"), binding: [1],
            createdAt: .eightOClock, expiresAt: Instant.eightOClock.advanced(bySeconds: 3600),
            held: try #require(HeldRequest(stored: held)))
        desk.registry.arrange { $0.approvals = [entry] }
    }

    @Test("are shown with all that was asked for")
    func shown() async throws {
        let shown = try await desk.ask("GET", Self.path)
        #expect(
            shown.json == [
                "approvers": ["zoe"], "authority": ["cloud-inventory-api": ["ec2:Describe*"]],
                "chain": ["erin", "agent-inventory-prod-001"], "client": "agent-inventory-prod-001",
                "created_at": "2027-01-15T08:00:00.000Z", "decision": .null, "expires_at": "2027-01-15T09:00:00.000Z",
                "expires_in": 60, "grant": "client_credentials", "holder": "agent-inventory-prod-001",
                "id": .string(Self.id), "jti": .null, "principal": "erin", "reason": "looked at",
                "requested_token_type": "access_token", "rule": "reads-wait", "status": "pending", "task_id": .null,
                "task_purpose": .null, "used_at": .null,
            ])
        #expect(try await desk.ask("GET", "/v1/approvals?status=pending").json["items"] == .array([shown.json]))
        #expect(try await desk.ask("GET", "/v1/approvals?status=used").json["items"] == [])
        #expect(try await desk.ask("GET", "/v1/approvals?client=other").json["items"] == [])
    }

    @Test(
        "are decided with a body that may be left out, by a person who may",
        arguments: [
            ("approve", "", 200, "approved"), ("deny", "", 200, "denied"),
            ("approve", #"{"by":"zoe","scope":"ec2:DescribeVpcs","expires_in":30}"#, 200, "approved"),
            ("approve", #"{"by":"erin"}"#, 403, "pending"), ("deny", #"{"by":"erin"}"#, 403, "pending"),
            ("approve", #"{"scope":"s3:ListBuckets"}"#, 400, "pending"), ("deny", #"{"scope":"x"}"#, 400, "pending"),
            ("approve", "[]", 400, "pending"), ("approve", "{", 400, "pending"),
        ])
    func decided(verb: String, body: String, status: Int, outcome: String) async throws {
        let answer = try await desk.ask("POST", "\(Self.path)/\(verb)", body)
        #expect(answer.status == status && (status != 200 || answer.json["status"] == .string(outcome)))
        #expect(try await desk.ask("GET", Self.path).json["status"] == .string(outcome))
        if status == 200 { #expect(try await desk.ask("POST", "\(Self.path)/\(verb)", body).status == 409) }
    }

    @Test(
        "that nobody made are not there",
        arguments: ["01a3185c-5000-7202-8202-020202020203", "x", "01A3185C-5000-7202-8202-020202020202"])
    func unknown(id: String) async throws {
        #expect(try await desk.ask("GET", "/v1/approvals/\(id)").status == 404)
        #expect(try await desk.ask("POST", "/v1/approvals/\(id)/approve").status == 404)
    }

    @Test("are asked for by words that are known", arguments: ["status=Pending", "status=", "client=a%20b", "after=x"])
    func filters(query: String) async throws {
        #expect(try await desk.ask("GET", "/v1/approvals?\(query)").status == 400)
    }
}
