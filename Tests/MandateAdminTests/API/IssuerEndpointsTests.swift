import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("The admin API of trusted issuers")
struct IssuerEndpointsTests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    private static let target = "/v1/issuers/https%3A%2F%2Flogin.example%2Fa"
    private static let body = """
        {"jwks":{"keys":[{"kty":"OKP"}]},"audiences":["portal"],"principal_claim":"email",
        "delegable":[{"authority":{"cloud-inventory-api":["ec2:Describe*"]}}]}
        """

    @Test("keeps them under their name, percent-encoded")
    func keeps() async throws {
        #expect(try await desk.ask("GET", Self.target).status == 404)
        let created = try await desk.ask("PUT", Self.target, Self.body)
        #expect(created.status == 201 && created.headers["Location"] == Self.target)
        #expect(try await desk.ask("PUT", Self.target, Self.body).status == 200)
        let shown = try await desk.ask("GET", Self.target)
        #expect(shown.status == 200 && shown.json["issuer"] == "https://login.example/a")
        let listed = try await desk.ask("GET", "/v1/issuers")
        #expect(listed.json == ["items": [shown.json], "next": .null])
        let page = try await desk.ask("GET", "/v1/issuers?limit=1")
        #expect(page.json["items"] == listed.json["items"])
        #expect(try await desk.ask("GET", "/v1/issuers?after=\(page.next)").json["items"] == [])
    }

    @Test("refuses what is wrong, naming the field")
    func refuses() async throws {
        let other = #"{"issuer":"https://b.example",\#(Self.body.dropFirst())"#
        #expect(try await desk.ask("PUT", Self.target, other).json["field"] == "issuer")
        let own = try await desk.ask("PUT", "/v1/issuers/https%3A%2F%2Ftokens.example", Self.body)
        #expect(own.status == 400 && own.json["field"] == "issuer")
        let unknown = Self.body.replacing("cloud-inventory-api", with: "nowhere")
        let answer = try await desk.ask("PUT", Self.target, unknown)
        #expect(answer.status == 400 && answer.json["field"] == "delegable[0].authority.nowhere")
        #expect(try await desk.ask("DELETE", Self.target).status == 405)
    }
}
