import ArgumentParser

/// What a token is to be: the parameters that every grant has.
struct RequestOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whom the token is for, by id. A delegation token may be for several.", valueName: "id"))
    var audience: [String] = []
    @Option(help: ArgumentHelp("Whom the token is for, by URI.", valueName: "uri"))
    var resource: [String] = []
    @Option(help: ArgumentHelp("What it is to allow, separated by spaces.", valueName: "scopes"))
    var scope: String?
    @Option(
        name: [.customLong("task"), .customLong("task-id")],
        help: ArgumentHelp("The task it is for.", valueName: "id"))
    var task: String?
    @Option(help: ArgumentHelp("Why it is wanted.", valueName: "text"))
    var taskPurpose: String?
    @Option(help: ArgumentHelp("An access token, or a delegation token to exchange later.", valueName: "kind"))
    var requestedTokenType: RequestedTokenType?
    @Option(help: ArgumentHelp("The agent to whom a delegation token is handed; else the client.", valueName: "id"))
    var requestedActor: String?
    @Option(help: ArgumentHelp("A shorter life, in seconds.", valueName: "seconds"))
    var expiresIn: Int64?
    @Option(
        help: ArgumentHelp("How unusual it is, 0 to 100. Counts for agents that may report risk.", valueName: "score"))
    var riskScore: Int64?

    func validate() throws {
        if requestedTokenType != .delegation, audience.count + resource.count > 1 {
            throw ValidationError("an access token is for one: give one --audience or one --resource")
        }
    }

    /// In the words of RFC 8693 §2.1 and of docs/oauth-profile.md.
    var parameters: [TokenClient.Parameter] {
        let given: [(String, String?)] = [
            ("scope", scope), ("task_id", task), ("task_purpose", taskPurpose),
            ("requested_token_type", requestedTokenType?.uri), ("requested_actor", requestedActor),
            ("expires_in", expiresIn.map { String($0) }), ("risk_score", riskScore.map { String($0) }),
        ]
        return audience.map { (name: "audience", value: $0) } + resource.map { (name: "resource", value: $0) }
            + given.compactMap { name, value in value.map { (name: name, value: $0) } }
    }
}
