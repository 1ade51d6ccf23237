public import MandateCore

/// The admin API without HTTP: a request in, a response out. It decides nothing that the core decides.
public struct AdminAPI: Sendable {
    let administration: any RegistryAdministration
    let upkeep: any DatabaseUpkeep
    let changes: RegistryChanges
    let lifecycle: AgentLifecycle
    let tasks: TaskLifecycle
    let principals: PrincipalLifecycle
    let revocations: Revocations
    let secrets: ClientSecrets
    let rotation: KeyRotation

    /// - Parameter overlap: How long a key is published before and after it signs, in seconds.
    public init(
        administration: any RegistryAdministration, upkeep: any DatabaseUpkeep, keys: any KeyStore,
        issuers: IssuerRules, digests: any Digests, random: @escaping @Sendable (Int) throws(Refusal) -> [UInt8],
        overlap: Int64
    ) {
        self.administration = administration
        self.upkeep = upkeep
        changes = RegistryChanges(administration: administration, keys: keys, issuers: issuers)
        lifecycle = AgentLifecycle(administration: administration)
        tasks = TaskLifecycle(administration: administration)
        principals = PrincipalLifecycle(administration: administration)
        revocations = Revocations(administration: administration)
        secrets = ClientSecrets(administration: administration, digests: digests, random: random)
        rotation = KeyRotation(administration: administration, keys: keys, overlap: overlap)
    }

    /// Answers a request. Every failure is a problem document; a change that is answered with success is durable.
    public func respond(to request: AdminRequest) async -> AdminResponse {
        switch Self.find(request.method, request.path) {
        case .nothing(let problem):
            return problem.response
        case .route(let route, let segments):
            guard request.body.count <= route.bodyLimit else {
                return ProblemDocument.tooLarge(route.bodyLimit).response
            }
            do {
                let call = Call(
                    segments: segments, query: try route.query(of: request), body: request.body,
                    operatorName: request.operatorName)
                return try await route.endpoint(self)(call)
            } catch {
                return ProblemDocument(error).response
            }
        }
    }

    /// How many bytes the body of such a request may have.
    public static func bodyLimit(method: String, path: String) -> Int {
        switch find(method, path) {
        case .nothing: Route.usualBodyLimit
        case .route(let route, _): route.bodyLimit
        }
    }

    private enum Finding {
        case route(Route, segments: [String: String])
        case nothing(ProblemDocument)
    }

    private static func find(_ method: String, _ path: String) -> Finding {
        guard let path = Route.segments(of: path) else { return .nothing(.malformedTarget) }
        let matching = Route.all.compactMap { route in route.match(path).map { (route, $0) } }
        if matching.isEmpty { return .nothing(.unknownPath) }
        guard let (route, segments) = matching.first(where: { route, _ in route.method == method }) else {
            return .nothing(.methodNotAllowed(matching.map(\.0.method).sorted()))
        }
        return .route(route, segments: segments)
    }
}

extension Route {
    /// The parameters of the query, each known and named once.
    fileprivate func query(of request: AdminRequest) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in request.query {
            guard query.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                let known = query.isEmpty ? "none is known here" : "known are \(query.joined(separator: ", "))"
                throw Problem(.invalid, "the query has an unknown parameter: \(known)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.invalid, field: name, "stands twice in the query: send it once")
            }
        }
        return values
    }
}
