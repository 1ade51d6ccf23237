import ArgumentParser
import Testing

@testable import MandateCLI

@Suite("A token request on the command line")
struct TokenRequestTests {
    private static let start = [
        "--client-id", "planner-001", "--subject-token-file", "-", "--subject-token-type",
    ]

    private func text(_ parameters: [TokenClient.Parameter]) -> [String] {
        parameters.map { "\($0.name)=\($0.value)" }
    }

    @Test("to exchange says everything in the words of RFC 8693")
    func exchange() throws {
        let command = try TokenExchange.parse(
            Self.start + [
                "delegation", "--requested-token-type", "delegation", "--requested-actor", "inventory-001",
                "--audience", "cloud-inventory-api", "--audience", "reports-api", "--resource", "https://a.example",
                "--scope", "ec2:Describe* reports:read", "--task", "INC-4711", "--expires-in", "600",
            ])
        #expect(
            text(command.parameters(exchanging: "a.b.c")) == [
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange", "subject_token=a.b.c",
                "subject_token_type=urn:mandate:params:oauth:token-type:delegation", "audience=cloud-inventory-api",
                "audience=reports-api", "resource=https://a.example", "scope=ec2:Describe* reports:read",
                "task_id=INC-4711", "requested_token_type=urn:mandate:params:oauth:token-type:delegation",
                "requested_actor=inventory-001", "expires_in=600",
            ])
    }

    @Test(
        "names the kind of its subject token",
        arguments: [
            ("delegation", "urn:mandate:params:oauth:token-type:delegation"),
            ("access_token", "urn:ietf:params:oauth:token-type:access_token"),
            ("id_token", "urn:ietf:params:oauth:token-type:id_token"),
            ("jwt", "urn:ietf:params:oauth:token-type:jwt"),
        ])
    func subjectTokenTypes(name: String, uri: String) throws {
        let command = try TokenExchange.parse(Self.start + [name])
        #expect(text(command.parameters(exchanging: "t")).contains("subject_token_type=\(uri)"))
    }

    @Test("of an agent for itself may start a chain")
    func get() throws {
        let command = try TokenGet.parse([
            "--client-id", "planner-001", "--requested-token-type", "delegation", "--requested-actor", "planner-001",
            "--task-id", "INC-4711",
        ])
        #expect(
            text(command.request.parameters) == [
                "task_id=INC-4711", "requested_token_type=urn:mandate:params:oauth:token-type:delegation",
                "requested_actor=planner-001",
            ])
    }

    @Test(
        "is misused without what it needs, or with two of what there can be one of",
        arguments: [
            [], ["--client-id", "a"], start + ["saml2"], start + ["jwt", "--requested-token-type", "id_token"],
            start + ["jwt", "--audience", "a", "--audience", "b"],
            start + ["jwt", "--audience", "a", "--resource", "https://b.example"],
            start + ["jwt", "--decode", "--json"], start + ["jwt", "--subject-token", "a.b.c"],
            start + ["jwt", "--client-secret", "s"],
        ])
    func misuse(arguments: [String]) async {
        #expect(await Outcome.of(["token", "exchange"] + arguments).status == 2)
    }

    @Test("is not sent without a token to exchange, or without a secret")
    func nothing() async throws {
        let empty = try Scratch.file(holding: " \n", called: "empty")
        let outcome = await Outcome.of([
            "token", "exchange", "--client-id", "a", "--subject-token-type", "jwt", "--subject-token-file", empty,
        ])
        #expect(outcome.status == 1)
        #expect(outcome.message.contains("holds no token"))
        let token = try Scratch.file(holding: "a.b.c", called: "token")
        let secretless = await Outcome.of([
            "token", "exchange", "--client-id", "a", "--subject-token-type", "jwt", "--subject-token-file", token,
            "--client-secret-file", empty,
        ])
        #expect(secretless.status == 1)
        #expect(secretless.message.contains("there is no client secret"))
    }
}
