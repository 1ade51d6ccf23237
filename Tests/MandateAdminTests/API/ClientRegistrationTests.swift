import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("Registering a client (RFC 7591)")
struct ClientRegistrationTests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    @Test("answers with its id, its secret and all that was registered, in one transaction")
    func registers() async throws {
        let commits = desk.registry.state.commits
        let answer = try await desk.ask(
            "POST", "/v1/register",
            #"""
            {"client_name":"Reports","grant_types":["client_credentials"],"token_endpoint_auth_method":
            "client_secret_post","scope":"ec2:DescribeInstances","type":"inventory-reader","owner":"bob@company.com",
            "capabilities":{"cloud-inventory-api":["ec2:Describe*"]},"logo_uri":"https://x.example/logo"}
            """#)
        #expect(answer.status == 201)
        let id = try #require(answer.json["client_id"]?.string)
        #expect(id.hasPrefix("agent-") && answer.json["id"]?.string == id)
        #expect(answer.headers["Location"] == "/v1/agents/\(id)")
        #expect(answer.json["client_secret"]?.string?.hasPrefix("mnd_") == true)
        #expect(answer.json["client_secret_expires_at"] == 0)
        #expect(answer.json["client_id_issued_at"]?.integer == desk.registry.state.now.seconds)
        #expect(answer.json["grant_types"] == ["client_credentials"])
        #expect(answer.json["token_endpoint_auth_method"] == "client_secret_post")
        #expect(answer.json["scope"] == "ec2:Describe*")
        #expect(answer.json["client_name"] == "Reports" && answer.json["description"] == "Reports")
        #expect(answer.json["owner"] == "bob@company.com" && answer.json["logo_uri"] == nil)
        #expect(answer.json["credentials"]?.array?.count == 1)
        #expect(desk.registry.state.commits == commits + 1)
        #expect(desk.registry.events.suffix(2) == [.agentRegistered, .agentSecretIssued])
    }

    @Test("takes the id that is given, once")
    func givenID() async throws {
        let body = #"{"client_id":"agent-new","type":"inventory-reader","owner":"bob@company.com"}"#
        #expect(try await desk.ask("POST", "/v1/register", body).json["client_id"] == "agent-new")
        let again = try await desk.ask("POST", "/v1/register", body)
        #expect(again.status == 400 && again.json["error"] == "invalid_client_metadata")
    }

    @Test(
        "says in the RFC's words what is wrong with the metadata, and changes nothing",
        arguments: [
            (#"{"type":"inventory-reader"}"#, "owner: is missing"), (#"{"owner":"o"}"#, "type: is missing"),
            (#"{"type":"nothing","owner":"o"}"#, "type: there is no agent type"),
            (#"{"type":"inventory-reader","owner":"o","capabilites":{}}"#, "capabilites: is not known; did you mean"),
            (#"{"type":"inventory-reader","owner":"o","credentials":[]}"#, "credentials: is kept"),
            (
                #"{"type":"inventory-reader","owner":"o","grant_types":["authorization_code"]}"#,
                "grant_types[0]: must be"
            ),
            (
                #"{"type":"inventory-reader","owner":"o","grant_types":[],"grants":[]}"#,
                "grants: stands beside grant_types"
            ),
            (
                #"{"type":"inventory-reader","owner":"o","token_endpoint_auth_method":"private_key_jwt"}"#,
                "token_endpoint_auth_method: must be one of"
            ),
            (#"{"type":"inventory-reader","owner":"o","scope":"admin:all"}"#, "scope: \"admin:all\" is not among"),
            (#"{"type":"inventory-reader","owner":"o","id":"a","client_id":"b"}"#, "client_id: is not the id"),
            (
                #"{"type":"inventory-reader","owner":"o","software_statement":"x"}"#,
                "software_statement: is not accepted"
            ),
            ("[]", "client metadata must be an object"), ("", "the body is empty"),
        ])
    func refuses(body: String, sentence: String) async throws {
        let commits = desk.registry.state.commits
        let answer = try await desk.ask("POST", "/v1/register", body)
        #expect(answer.status == 400 && answer.contentType == "application/json")
        #expect(answer.json["error"] == "invalid_client_metadata")
        let description = answer.json["error_description"]?.string ?? ""
        #expect(description.hasPrefix(sentence), "\(description)")
        #expect(desk.registry.state.commits == commits)
    }
}
