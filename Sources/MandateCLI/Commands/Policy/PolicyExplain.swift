import ArgumentParser
import MandateCore

/// `mandate policy explain`.
struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what would become of a request, by which rule and why, without making it.",
        discussion: """
            Nothing is issued, written or counted. What a chain would have to prove is taken as given. An external engine is
            not asked. The exit status is 0 whatever is decided.

            Example:
              mandate policy explain --client-id agent-cost-prod-001 --audience billing-api --scope billing:read \\
                --task INC-4711 --at 2026-07-05T02:00:00-04:00
            """)

    @Option(help: ArgumentHelp("The agent that would ask.", valueName: "agent"))
    var clientID: String
    @Option(help: ArgumentHelp("Where the token would be used; again for another one.", valueName: "id"))
    var audience: [String] = []
    @Option(help: ArgumentHelp("What would be asked for; without it the audience's defaults.", valueName: "scopes"))
    var scope: [String] = []
    @Option(help: ArgumentHelp("client_credentials, start, hand_over, redeem or pass_on.", valueName: "grant"))
    var grant: String?
    @Option(help: ArgumentHelp("access_token or delegation; without it what the grant gives.", valueName: "type"))
    var requestedTokenType: String?
    @Option(help: ArgumentHelp("The agent that would hold the token, when it is another.", valueName: "agent"))
    var actor: String?
    @Option(help: ArgumentHelp("The person who started the chain.", valueName: "person"))
    var principal: String?
    @Option(help: ArgumentHelp("How many agents would be on the chain.", valueName: "n"))
    var depth: Int64?
    @Option(help: ArgumentHelp("The task of the request.", valueName: "id"))
    var task: String?
    @Option(help: ArgumentHelp("When (RFC 3339); without it now.", valueName: "time"))
    var at: String?
    @Option(help: ArgumentHelp("When the agent was attested (RFC 3339), other than it was.", valueName: "time"))
    var attestedAt: String?
    @Option(help: ArgumentHelp("How unusual the request is, 0 to 100.", valueName: "score"))
    var risk: Int64?
    @Option(help: ArgumentHelp("Policies to judge by in place of those in force (YAML).", valueName: "file"))
    var policies: String?
    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let file = try policies.map { path in try RegistryFile(path: path) }
        let proposed = file?.json["policies"]
        if let file, proposed?.array == nil {
            throw CommandFailure(
                "\(Terminal.harmless(file.name)): no list under policies: name there what to judge by; none is []")
        }
        let answer: JSONValue
        do {
            answer = try await administration.connect().post("policies", "explain", body: question(proposed)).body
        } catch let refused as Refused {
            if let file, refused.field?.hasPrefix("policies") == true { throw file.failure(refused) }
            throw refused
        }
        try administration.show(answer) { terminal in ExplanationText(answer).lines(for: terminal) }
    }

    private func question(_ proposed: JSONValue?) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "client_id": .string(clientID), "audiences": .array(audience.map { .string($0) }),
            "scope": scope.isEmpty ? .null : .string(scope.joined(separator: " ")), "grant": text(grant),
            "requested_token_type": text(requestedTokenType), "requested_actor": text(actor),
            "principal": text(principal),
            "depth": depth.map { .integer($0) } ?? .null, "task_id": text(task), "at": text(at),
            "attested_at": text(attestedAt), "risk": risk.map { .integer($0) } ?? .null, "policies": proposed ?? .null,
        ]
    }
}
