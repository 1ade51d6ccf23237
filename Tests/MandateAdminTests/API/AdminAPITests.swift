import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("The admin API")
struct AdminAPITests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    @Test("registers an agent once, and shows it without secrets")
    func registers() async throws {
        let body = #"{"id":"new","type":"inventory-reader","owner":"bob@company.com"}"#
        let created = try await desk.ask("POST", "/v1/agents", body)
        #expect(created.status == 201 && created.headers["Location"] == "/v1/agents/new")
        #expect(try await desk.ask("POST", "/v1/agents", body).status == 409)
        let shown = try await desk.ask("GET", "/v1/agents/new")
        #expect(shown.status == 200 && shown.headers["Cache-Control"] == "no-store")
        #expect(
            shown.json == [
                "attestation": .null, "capabilities": .null, "created_at": "2027-01-15T08:00:00.000Z",
                "credentials": [],
                "delegation": .null, "delegation_chain_hash": shown.json["delegation_chain_hash"] ?? .null,
                "deployment": .null, "description": .null, "environment": .null, "expires_at": .null,
                "grants": ["client_credentials", "token_exchange"], "id": "new", "last_active_at": .null,
                "may_report_risk": false, "may_start_chains": false, "model": .null, "owner": "bob@company.com",
                "quotas": .null,
                "status": "active",
                "status_changed": .null, "team": .null, "type": "inventory-reader", "version": .null,
            ])
        #expect(shown.json["delegation_chain_hash"]?.string?.hasPrefix("sha256:") == true)
    }

    @Test("replaces an agent by PUT, and changes single members by PATCH")
    func changes() async throws {
        let put = try await desk.ask(
            "PUT", "/v1/agents/agent-own", #"{"type":"inventory-reader","owner":"eve@company.com","team":"x"}"#)
        #expect(put.status == 200 && put.json["capabilities"] == .null && put.json["team"] == "x")
        let patch = try await desk.ask("PATCH", "/v1/agents/agent-own", #"{"team":null,"version":"v2"}"#)
        #expect(patch.status == 200 && patch.json["team"] == .null && patch.json["version"] == "v2")
        #expect(patch.json["owner"] == "eve@company.com")
        let new = try await desk.ask("PUT", "/v1/agents/b", #"{"type":"inventory-reader","owner":"eve@company.com"}"#)
        #expect(new.status == 201)
    }

    @Test("lists in pages, each starting after the last")
    func pages() async throws {
        let first = try await desk.ask("GET", "/v1/agents?limit=1")
        #expect(first.ids == ["agent-inherits"])
        let second = try await desk.ask("GET", "/v1/agents?limit=2&after=\(first.next)")
        #expect(second.ids == ["agent-own"] && second.json["next"] == .null)
        #expect(try await desk.ask("GET", "/v1/agents?status=suspended").ids == [])
        #expect(try await desk.ask("GET", "/v1/agents?owner=alice%40company.com").ids.count == 2)
        let audiences = try await desk.ask("GET", "/v1/audiences?limit=1")
        #expect(audiences.ids == ["cloud-inventory-api"])
        #expect(try await desk.ask("GET", "/v1/audiences?after=\(audiences.next)").ids == [])
    }

    @Test("says what a suspension cut off")
    func suspends() async throws {
        let cut = Cut(tokens: 2, links: 1, latestExpiry: Instant(seconds: 1_800_000_900))
        desk.registry.arrange { $0.agents[AgentID(checked: "agent-own")]?.live = cut }
        let answer = try await desk.ask("POST", "/v1/agents/agent-own/suspend", #"{"reason":"left the team"}"#)
        #expect(answer.status == 200)
        #expect(answer.json == ["latest_exp": "2027-01-15T08:15:00.000Z", "links": 1, "tokens": 2])
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/resume").status == 200)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/decommission").status == 200)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/resume").status == 409)
        #expect(try await desk.ask("PATCH", "/v1/agents/agent-own", #"{"status":"active"}"#).status == 409)
        #expect(try await desk.ask("POST", "/v1/agent-types/inventory-reader/suspend").status == 200)
        #expect(try await desk.ask("GET", "/v1/agent-types/inventory-reader").json["status"] == "suspended")
        #expect(try await desk.ask("POST", "/v1/agent-types/inventory-reader/resume").status == 200)
    }

    @Test("notes how an agent was attested, and says in the words of the other verbs that nothing was cut")
    func attests() async throws {
        let answer = try await desk.ask(
            "POST", "/v1/agents/agent-own/attest", #"{"method":"tpm","attestor":"fleet","evidence":"sha256:ab"}"#)
        let attestation: JSONValue = [
            "at": "2027-01-15T08:00:00.000Z", "attestor": "fleet", "by": "op", "evidence": "sha256:ab",
            "method": "tpm", "reason": .null,
        ]
        #expect(answer.status == 200)
        #expect(answer.json == ["attestation": attestation, "latest_exp": .null, "links": 0, "tokens": 0])
        #expect(try await desk.ask("GET", "/v1/agents/agent-own").json["attestation"] == attestation)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/attest").status == 200)
        let reason = try await desk.ask("POST", "/v1/agents/agent-own/attest", #"{"reason":"checked by hand"}"#)
        #expect(reason.json["attestation"]?["method"] == "manual")
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/attest", #"{"method":"a b"}"#).status == 400)
        #expect(try await desk.ask("POST", "/v1/agents/nobody/attest").status == 404)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/decommission").status == 200)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/attest").status == 409)
    }

    @Test("decommissions no agent by its record, and registers none that is")
    func decommissionedRecord() async throws {
        let record = #"{"id":"agent-own","type":"inventory-reader","owner":"a@b","status":"decommissioned"}"#
        #expect(try await desk.ask("PUT", "/v1/agents/agent-own", record).json["field"] == "status")
        #expect(try await desk.ask("PATCH", "/v1/agents/agent-own", #"{"status":"decommissioned"}"#).status == 400)
        let new = record.replacing("agent-own", with: "agent-new")
        #expect(try await desk.ask("POST", "/v1/agents", new).status == 400)
    }

    @Test("lists agents that are not used")
    func unused() async throws {
        #expect(try await desk.ask("GET", "/v1/agents?unused=1h").ids == [])
        desk.registry.arrange { state in
            state.now = state.now.advanced(bySeconds: 3600)
            state.agents[AgentID(checked: "agent-own")]?.lastActiveAt = state.now
        }
        #expect(try await desk.ask("GET", "/v1/agents?unused=1h").ids == ["agent-inherits"])
        for wrong in ["", "1", "h", "-1h", "1y"] {
            let answer = try await desk.ask("GET", "/v1/agents?unused=\(wrong)")
            #expect(answer.status == 400 && answer.json["field"] == "unused")
        }
    }

    @Test("tells a client secret once, and refuses a third")
    func secrets() async throws {
        let issued = try await desk.ask("POST", "/v1/agents/agent-own/secrets")
        #expect(issued.status == 201 && issued.json["client_id"] == "agent-own" && issued.json["n"] == 1)
        let secret = try #require(issued.json["client_secret"]?.string)
        #expect(secret.hasPrefix("mnd_"))
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/secrets").status == 201)
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/secrets").status == 409)
        let shown = try await desk.ask("GET", "/v1/agents/agent-own")
        let time: JSONValue = "2027-01-15T08:00:00.000Z"
        #expect(
            shown.json["credentials"] == [
                ["created_at": time, "kind": "client_secret", "last_rotated_at": time, "last_used_at": .null, "n": 1],
                ["created_at": time, "kind": "client_secret", "last_rotated_at": time, "last_used_at": .null, "n": 2],
            ])
        #expect(!String(decoding: shown.json.canonical, as: UTF8.self).contains(secret))
        #expect(try await desk.ask("DELETE", "/v1/agents/agent-own/secrets/1").status == 204)
        #expect(try await desk.ask("DELETE", "/v1/agents/agent-own/secrets/1").status == 404)
    }

    @Test("keeps audiences, also those whose id is a URL")
    func audiences() async throws {
        let body = #"{"scopes":[{"name":"x","class":"read"}],"max_lifetime":"5m","algorithm":"EdDSA"}"#
        let created = try await desk.ask("PUT", "/v1/audiences/https:%2F%2Fa.example", body)
        #expect(created.status == 201 && created.headers["Location"] == "/v1/audiences/https:%2F%2Fa.example")
        #expect(created.json["id"] == "https://a.example" && created.json["max_lifetime"] == 300)
        #expect(try await desk.ask("GET", "/v1/audiences/https:%2F%2Fa.example").status == 200)
        #expect(try await desk.ask("GET", "/v1/audiences/https:%252F%252Fa.example").status == 404)
        #expect(desk.registry.state.keys.map(\.algorithm) == [.es256, .eddsa])
    }

    @Test("moves keys along and revokes them")
    func keys() async throws {
        let rotated = try await desk.ask("POST", "/v1/keys/rotate")
        #expect(rotated.json["steps"]?.array?.first?["action"] == "publish")
        let listed = try await desk.ask("GET", "/v1/keys")
        #expect(listed.json["items"]?.array?.map { $0["state"] } == ["active", "next"])
        let kid = FakeKeyStore.name(1).rawValue
        let revoked = try await desk.ask("POST", "/v1/keys/\(kid)/revoke")
        #expect(revoked.json["active"] == .string(FakeKeyStore.name(2).rawValue))
        #expect(try await desk.ask("POST", "/v1/keys/nonsense/revoke").status == 404)
    }

    @Test("shows the records of the ledger byte for byte, in pages")
    func ledger() async throws {
        let all = try await desk.ask("GET", "/v1/ledger")
        let count = desk.registry.state.records.count
        #expect(all.json["items"]?.array?.count == count && all.json["next"] == .null)
        let page = try await desk.ask("GET", "/v1/ledger?after=1&limit=2")
        #expect(page.json["items"]?.array?.map { $0["seq"] } == [2, 3])
        let next = try #require(page.json["next"]?.string)
        let following = try await desk.ask("GET", "/v1/ledger?after=\(next)&limit=1")
        #expect(following.json["items"]?.array?.map { $0["seq"] } == [4])
        #expect(try await desk.ask("GET", "/v1/ledger?after=\(next)&event=agent.*").status == 400)
        let latest = try await desk.ask("GET", "/v1/ledger?latest=1")
        #expect(latest.json["items"]?.array?.map { $0["seq"] } == [.integer(Int64(count))])
        let response = await desk.api.respond(
            to: AdminRequest(method: "GET", path: "/v1/ledger", query: [("latest", "1")], operatorName: "op"))
        let record = try desk.registry.reading { (reader) throws(Problem) in try reader.latestRecords(1) }
        #expect(response.body == Array(#"{"items":["#.utf8) + record[0] + Array(#"],"next":null}"#.utf8))
    }

    @Test("applies a registry document, or only plans it")
    func registry() async throws {
        let again = try await desk.ask("POST", "/v1/registry", Quickstart.document)
        #expect(again.json == ["applied": true, "changes": [], "warnings": []])
        let less = #"{"agents":[{"id":"agent-own","type":"inventory-reader","owner":"alice@company.com"}]}"#
        let planned = try await desk.ask("POST", "/v1/registry?dry_run=true&prune=true", less)
        #expect(
            planned.json == [
                "applied": false,
                "changes": [
                    ["action": "change", "fields": ["capabilities"], "id": "agent-own", "kind": "agent"],
                    ["action": "remove", "fields": [], "id": "agent-inherits", "kind": "agent"],
                ],
                "warnings": [],
            ])
        #expect(try await desk.ask("GET", "/v1/agents/agent-inherits").json["status"] == "active")
    }

    @Test("is alive when the registry answers")
    func status() async throws {
        #expect(try await desk.ask("GET", "/v1/status").json["status"] == "ok")
    }
}
