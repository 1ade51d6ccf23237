public import MandateCore

/// The admin API without HTTP: a request in, a response out. It decides nothing that the core decides.
public struct AdminAPI: Sendable {
    private(set) var administration: any RegistryAdministration
    let keys: any KeyStore
    let issuers: IssuerRules
    let policies: PolicyRules
    let engine: EngineReach
    let digests: any Digests
    let random: @Sendable (Int) throws(Refusal) -> [UInt8]
    let overlap: Int64
    let upkeep: any DatabaseUpkeep
    let metrics: @Sendable () -> [UInt8]

    /// - Parameters:
    ///   - engine: What a policy engine is asked about, which explanations say.
    ///   - overlap: How long a key is published before and after it signs, in seconds.
    ///   - metrics: The page of the metrics, as it is now.
    public init(
        administration: any RegistryAdministration, upkeep: any DatabaseUpkeep, keys: any KeyStore,
        issuers: IssuerRules, policies: PolicyRules, engine: EngineReach, digests: any Digests,
        random: @escaping @Sendable (Int) throws(Refusal) -> [UInt8], overlap: Int64,
        metrics: @escaping @Sendable () -> [UInt8] = { [] }
    ) {
        self.metrics = metrics
        self.administration = administration
        self.keys = keys
        self.issuers = issuers
        self.policies = policies
        self.engine = engine
        self.digests = digests
        self.random = random
        self.overlap = overlap
        self.upkeep = upkeep
    }

    /// Answers a request. Every failure is a problem document; a change that is answered with success is durable.
    public func respond(to request: AdminRequest) async -> AdminResponse {
        switch admission(request.method, request.path, request.right) {
        case .refused(let problem):
            return problem.response
        case .admitted(let route, let segments, let administrator):
            guard request.body.count <= route.bodyLimit else {
                return ProblemDocument.tooLarge(route.bodyLimit).response
            }
            do {
                let call = Call(
                    segments: segments, query: try route.query(of: request), body: request.body,
                    operatorName: administrator?.name ?? request.operatorName, administrator: administrator,
                    template: route.template, digests: digests)
                return try await route.endpoint(acting(by: request.right, on: route))(call)
            } catch {
                return ProblemDocument(error).challenged.response
            }
        }
    }

    /// What is decided before the body of a request is read.
    public enum Preview: Sendable {
        case refused(AdminResponse)
        case accepted(bodyLimit: Int)
    }

    /// Whether a request can be refused by its head alone, and how many bytes its body may have when not.
    public func preview(method: String, path: String, right: AdminRequest.Right) -> Preview {
        switch admission(method, path, right) {
        case .refused(let problem): .refused(problem.response)
        case .admitted(let route, _, _): .accepted(bodyLimit: route.bodyLimit)
        }
    }

    private enum Admission {
        case refused(ProblemDocument)
        case admitted(Route, segments: [String: String], Administrator?)
    }

    private func admission(_ method: String, _ path: String, _ right: AdminRequest.Right) -> Admission {
        guard let path = Route.segments(of: path) else { return .refused(.malformedTarget) }
        let matching = Route.all.compactMap { route in route.match(path).map { (route, $0) } }
        if matching.isEmpty { return .refused(.unknownPath) }
        guard let (route, segments) = matching.first(where: { route, _ in route.answers(method) }) else {
            return .refused(.methodNotAllowed(Route.methods(of: matching.map(\.0))))
        }
        switch right {
        case .everything: return .admitted(route, segments: segments, nil)
        case .bearer(let credentials, let gate):
            do throws(AccessRefusal) {
                if route.isOpen { return .admitted(route, segments: segments, nil) }
                let administrator = try gate.administrator(with: credentials, for: route.scopes)
                if route.socketOnly { throw .socketOnly }
                return .admitted(route, segments: segments, administrator)
            } catch {
                return .refused(ProblemDocument(error))
            }
        }
    }

    /// The same API for whoever asks: what a token changes commits only while the token is good.
    private func acting(by right: AdminRequest.Right, on route: Route) -> AdminAPI {
        guard case .bearer(let credentials, let gate) = right else { return self }
        var acting = self
        acting.administration = AuthorizedAdministration(administration) { () throws(Problem) in
            do throws(AccessRefusal) {
                return try gate.administrator(with: credentials, for: route.scopes)
            } catch {
                let kind: Problem.Kind = error == .unavailable ? .unavailable : .unauthorized
                throw Problem(kind, "the token was good no more when this was to be done: nothing was changed")
            }
        }
        return acting
    }
}

/// What endpoints ask of the core, made for each call: whoever asks may be somebody with a token, whose changes
/// ``administration`` checks once more.
extension AdminAPI {
    var changes: RegistryChanges {
        RegistryChanges(administration: administration, keys: keys, issuers: issuers, policies: policies)
    }
    var lifecycle: AgentLifecycle { AgentLifecycle(administration: administration) }
    var tasks: TaskLifecycle { TaskLifecycle(administration: administration) }
    var principals: PrincipalLifecycle { PrincipalLifecycle(administration: administration) }
    var approvals: Approvals { Approvals(administration: administration) }
    var revocations: Revocations { Revocations(administration: administration) }
    var secrets: ClientSecrets { ClientSecrets(administration: administration, digests: digests, random: random) }
    var explainer: PolicyExplainer { PolicyExplainer(rules: policies, digests: digests, engine: engine) }
    var rotation: KeyRotation { KeyRotation(administration: administration, keys: keys, overlap: overlap) }
}

extension Route {
    /// The parameters of the query, each known and named once.
    fileprivate func query(of request: AdminRequest) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in request.query {
            guard query.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                let names = query.map(\.name).joined(separator: ", ")
                let known = query.isEmpty ? "none is known here" : "known are \(names)"
                throw Problem(.invalid, "the query has an unknown parameter: \(known)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.invalid, field: name, "stands twice in the query: send it once")
            }
        }
        return values
    }
}
