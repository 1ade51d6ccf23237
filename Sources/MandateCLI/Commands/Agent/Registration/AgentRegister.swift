import ArgumentParser
import MandateCore

/// `mandate agent register`.
struct AgentRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register an agent, by flags or from a file.",
        discussion: """
            Example:
              mandate agent register --id inventory-001 --type inventory-reader --owner alice@example.com \\
                --capability cloud-inventory-api=ec2:Describe*,s3:ListBuckets
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The agent as a YAML mapping; - for standard input.", valueName: "file|-"))
    var file: String?
    @Option(help: "The agent's id, which is its client_id too.")
    var id: String?
    @Option(help: "The agent's type.")
    var type: String?
    @Option(help: "The person who answers for it.")
    var owner: String?
    @Option(help: "The agent's version.")
    var version: String?
    @Option(help: "The model it runs on.")
    var model: String?
    @Option(help: "Where it is deployed.")
    var deployment: String?
    @Option(help: "The team it belongs to.")
    var team: String?
    @Option(help: "The environment it runs in.")
    var environment: String?
    @Option(help: "What it is for.")
    var description: String?
    @Option(help: ArgumentHelp("What it may do; once an audience.", valueName: "audience=scope,scope"))
    var capability: [String] = []
    @OptionGroup var delegation: DelegationOptions
    @Option(help: ArgumentHelp("How it may ask for tokens; repeat it. Both ways otherwise.", valueName: "grant"))
    var grant: [GrantKind] = []
    @Flag(help: "It may start chains for people, from their tokens: a portal.")
    var mayStartChains = false
    @Flag(help: "The risk that it reports of its requests counts.")
    var mayReportRisk = false
    @Option(help: ArgumentHelp("From when it gets no tokens, in UTC.", valueName: "time"))
    var expiresAt: String?
    @OptionGroup var administration: AdministrationOptions

    func validate() throws {
        if file != nil, hasFlags { throw ValidationError("give either --file or flags, not both") }
        guard file != nil || (id != nil && type != nil && owner != nil) else {
            throw ValidationError("an agent needs --id, --type and --owner, or --file")
        }
        if let expiresAt, Instant(rfc3339: expiresAt) == nil {
            throw ValidationError("--expires-at is a time in UTC, such as 2027-01-31T09:00:00Z")
        }
        for (index, grant) in grant.enumerated() where self.grant[..<index].contains(grant) {
            throw ValidationError("--grant names \(grant.rawValue) twice: name it once")
        }
        _ = try capabilities()
    }

    func run() async throws {
        let answer: AdministrationAnswer
        if let file {
            let registry = try RegistryFile(path: file)
            do {
                answer = try await administration.connect().post("agents", body: registry.json)
            } catch let refused as Refused {
                throw registry.failure(refused)
            }
        } else {
            answer = try await administration.connect().post("agents", body: try agent())
        }
        let agent = (answer.body.members ?? []).filter { member in member.name != "warnings" }
        try administration.show(answer.body) { terminal in Details(.object(agent)).lines(for: terminal) }
    }

    /// The record that the flags describe; what is not said is left out.
    func agent() throws -> JSONValue {
        let texts = [("id", id), ("type", type), ("owner", owner)] + labels
        var members = texts.compactMap { name, text in text.map { JSONMember(name: name, value: .string($0)) } }
        if let capabilities = try capabilities() {
            members.append(JSONMember(name: "capabilities", value: .object(capabilities)))
        }
        if let delegation = delegation.json { members.append(JSONMember(name: "delegation", value: delegation)) }
        if !grant.isEmpty {
            members.append(JSONMember(name: "grants", value: .array(grant.map { .string($0.rawValue) })))
        }
        if mayStartChains { members.append(JSONMember(name: "may_start_chains", value: true)) }
        if mayReportRisk { members.append(JSONMember(name: "may_report_risk", value: true)) }
        return .object(members)
    }

    private var labels: [(String, String?)] {
        [
            ("version", version), ("model", model), ("deployment", deployment), ("team", team),
            ("environment", environment), ("description", description), ("expires_at", expiresAt),
        ]
    }

    private var hasFlags: Bool {
        ([id, type, owner] + labels.map(\.1)).contains { $0 != nil } || !capability.isEmpty || !delegation.isEmpty
            || !grant.isEmpty || mayStartChains || mayReportRisk
    }

    private func capabilities() throws -> [JSONMember]? {
        guard !capability.isEmpty else { return nil }
        var members: [JSONMember] = []
        for text in capability {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("--capability \(text) is not AUDIENCE=SCOPE,SCOPE")
            }
            let audience = String(text[..<equals])
            guard !members.contains(where: { $0.name == audience }) else {
                throw ValidationError("--capability names \(audience) twice: list all its scopes in one")
            }
            let scopes = text[text.index(after: equals)...].split(separator: ",")
            members.append(JSONMember(name: audience, value: .array(scopes.map { .string(String($0)) })))
        }
        return members
    }
}

extension GrantKind: ExpressibleByArgument {}
