import MandateCore
import MandateTesting

/// A token service, one agent and its registry, as the tests of judgements need them.
struct Court {
    static let client = AgentID(checked: "inventory-agent-7")
    static let secret = Array("mnd_secret".utf8)
    static let chain = ChainHash(bytes: [UInt8](repeating: 0xAB, count: 32))
    static let key = KeyID(checked: String(repeating: "k", count: 43))
    static let inventory = AudienceID(checked: "cloud-inventory-api")

    var view = FakeView()
    var now = Instant.eightOClock
    var random = CountingRandom()
    var tokens = FakeTokens()
    var quotas = FakeQuotas()

    init(
        _ agent: Agent = agent(), type: AgentType = type(), audiences: [Audience] = [audience()]
    ) throws {
        view.hashes[agent.id] = SecretHashes(first: try FakeDigests().sha256(Self.secret), second: nil)
        view.registrations[agent.id] = Registration(agent: agent, type: type, link: try Self.link())
        view.audiences = audiences
        view.keys[.es256] = Self.key
    }

    func judge(_ request: TokenRequest = request()) throws -> Judgement {
        try service.judge(.token(request), in: view, at: now)
    }

    var service: TokenService {
        get throws {
            TokenService(
                issuer: try Self.issuer(), digests: FakeDigests(), verifier: tokens, random: random, quotas: quotas,
                paces: FakePaces())
        }
    }

    static func issuer() throws -> Issuer {
        guard let issuer = Issuer("https://mandate.example") else { throw Misarranged() }
        return issuer
    }

    private static func link() throws -> StoredLink {
        guard let chain else { throw Misarranged() }
        return StoredLink(
            number: 11, hash: chain, document: Array(#"{"parent":null,"policy":"sha256:policies","v":1}"#.utf8))
    }

    static func agent(
        team: Label? = Label(checked: "platform"), version: Label? = Label(checked: "2.1.0"),
        environment: Label? = Label(checked: "prod"), status: AgentStatus = .active,
        capabilities: Authority? = nil, grants: Set<GrantKind> = GrantKind.defaults, expiresAt: Instant? = nil
    ) -> Agent {
        Agent(
            id: client, type: AgentTypeID(checked: "inventory-reader"), owner: Label(checked: "alice@company.com"),
            version: version, team: team, environment: environment, status: status, ownCapabilities: capabilities,
            grants: grants, expiresAt: expiresAt)
    }

    static func type(
        capabilities: Authority? = ["cloud-inventory-api": "ec2:Describe* s3:ListBuckets"],
        status: RegistryStatus = .active
    ) -> AgentType {
        AgentType(id: AgentTypeID(checked: "inventory-reader"), capabilities: capabilities, status: status)
    }

    static func audience(
        _ id: String = "cloud-inventory-api", resource: String? = "https://inventory.internal/",
        defaultScopes: ScopeSet? = nil, maxLifetime: Int64? = nil, algorithm: SignatureAlgorithm = .es256,
        chain: ChainPresentation = .hash, namespace: String? = nil, requiresTask: Bool = false,
        status: RegistryStatus = .active
    ) -> Audience {
        Audience(
            id: AudienceID(checked: id), resource: resource.flatMap(ResourceURI.init), catalogue: catalogue,
            defaultScopes: defaultScopes, maxLifetime: maxLifetime, algorithm: algorithm, chain: chain,
            namespace: namespace, requiresTask: requiresTask, status: status)
    }

    private static var catalogue: Catalogue {
        let scopes: [Scope] = ["ec2:*", "s3:ListBuckets"]
        guard let catalogue = Catalogue(scopes.map { Catalogue.Entry(name: $0, scopeClass: .read) })
        else { preconditionFailure("the fixture's catalogue is none") }
        return catalogue
    }

    static func request(
        secret: [UInt8] = secret, client: AgentID = client, grant: TokenRequest.Grant = .clientCredentials,
        targets: [TokenRequest.Target] = [.audience("cloud-inventory-api")],
        scope: ScopeSet.Reading = .scopes("ec2:DescribeVpcs"), task: TaskID? = nil, lifetime: Int64? = nil,
        details: Bool = false
    ) -> TokenRequest {
        TokenRequest(
            credential: .secret(client: client, secret: secret, method: .basic), grant: grant, targets: targets,
            scope: scope, task: task, lifetime: lifetime, hasAuthorizationDetails: details, address: "192.0.2.7")
    }
}

struct Misarranged: Error {}

extension Judgement {
    /// The issuance, or the test ends here.
    func issued() throws -> Issuance {
        guard case .issue(let issuance) = self else { throw NotIssued(judgement: "\(self)") }
        return issuance
    }

    /// The refusal of a client that was authenticated.
    var refusal: Refusal? {
        guard case .refuse(let refusal, _, _) = self else { return nil }
        return refusal
    }
}

private struct NotIssued: Error {
    let judgement: String
}

extension LedgerEntry {
    /// The record as the first of a ledger.
    var text: String { record.map { String(decoding: $0.record(sequence: 1, previous: nil), as: UTF8.self) } ?? "" }
}
