// Measures what judging costs, by the processor's time of this thread, so that a busy machine changes little. Compiled together
// with the core by Benchmarks/judging.sh.

#if canImport(Glibc)
import Glibc
#endif

@main
enum Judging {
    static let bound = 5.0

    static func main() {
        let figures = [1, 10, 50, 100, 200, 400, 1000].map { count in (count, microseconds(rules: count, isNoted: true)) }
        print("rules that can apply     µs a request     ns a rule")
        for (count, time) in figures {
            print("\(padded(String(count), 20))     \(padded(rounded(time), 12))     \(padded(rounded(time * 1000 / Double(count)), 9))")
        }
        let hundred = figures.first { $0.0 == 100 }?.1 ?? .infinity
        let (few, many) = (figures[2].1 / 50, figures[6].1 / 1000)
        let isLinear = many < 2 * few
        let others = microseconds(rules: 100, layer: .team(Label(checked: "elsewhere")))
        print("\n100 rules: \(rounded(hundred)) µs (must be \(rounded(bound)) at most): \(hundred <= bound ? "ok" : "MISSED")")
        print("a rule of 1,000 costs \(rounded(many / few)) of a rule of 50 (must be below 2): \(isLinear ? "ok" : "MISSED")")
        print("100 rules of other teams: \(rounded(others)) µs")
        exit(hundred <= bound && isLinear ? 0 : 1)
    }

    /// The least of many batches: what the work itself takes.
    static func microseconds(rules count: Int, layer: PolicyLayer = .global, isNoted: Bool = false) -> Double {
        guard let set = PolicySet(policies(count, layer), digest: PolicyDigest(stored: ""), zones: OneZone()) else {
            fatalError("no set")
        }
        let (repeats, counts) = (max(20, 20_000 / count), NoCounts())
        var least = Double.infinity
        var fired = 0
        for _ in 0..<40 {
            let begin = now()
            for _ in 0..<repeats {
                do {
                    let verdict = try set.verdict(on: question(), counting: counts)
                    if verdict.deciding != nil { fired += 1 }
                } catch {
                    fatalError("\(error)")
                }
            }
            least = min(least, (now() - begin) / Double(repeats))
        }
        if isNoted, fired == 0 { fatalError("nothing fired: this measures something else") }
        return least
    }

    /// What people write: about two conditions each, of every kind; one of them fires.
    static func policies(_ count: Int, _ layer: PolicyLayer) -> [Policy] {
        (0..<count).map { number in
            var when = PolicyConditions()
            switch number % 12 {
            case 0: when.classes = [.delete, .admin]; when.outside = hours
            case 1: when.teams = [Label(checked: "team-\(number)"), Label(checked: "other-team")]
            case 2: when.environments = [Label(checked: "staging")]; when.crossDomain = true
            case 3: when.types = [AgentTypeID(checked: "type-\(number)")]; when.depthOver = 3
            case 4: when.scopes = scopes("orders:delete*", "orders:admin:*")
            case 5: when.sensitivity = [Label(checked: "pii")]
            case 6: when.crossDomain = true
            case 7: when.attestedOver = 86_400; when.classes = [.admin]
            case 8: when.grants = [.handOver, .passOn]; when.depthOver = 2
            case 9: when.classes = [.read]; when.rateOver = RateLimit(count: 100, period: 300, by: .agent)
            case 10: when.agents = Set((0..<6).map { AgentID(checked: "agent-\(number)-\($0)") })
            default: when.autonomous = false; when.riskOver = 70
            }
            let fires = number == 0
            if fires { when = PolicyConditions() }
            return Policy(
                id: PolicyID(checked: "policy-\(number)"), layer: layer, when: when,
                effect: fires ? .allowWithConditions : .deny,
                obligations: fires ? PolicyObligations(maxLifetime: 300) : .none)
        }
    }

    static let hours = WeeklyWindow(
        days: [.mon, .tue, .wed, .thu, .fri], from: 540, to: 1020, zone: Label(checked: "America/New_York"))

    static func scopes(_ words: String...) -> ScopeSet { words.compactMap { Scope($0) }.set }

    static let audience = Audience(
        id: AudienceID(checked: "orders-api"),
        catalogue: Catalogue(
            [("orders:read", ScopeClass.read), ("orders:list:*", .read), ("orders:write", .write), ("orders:refund", .write),
             ("orders:delete", .delete), ("orders:admin:*", .admin)].compactMap { name, found in
                Scope(name).map { Catalogue.Entry(name: $0, scopeClass: found) }
            })!,
        environment: Label(checked: "prod"))

    static let asked = scopes("orders:read", "orders:list:open")

    static let agent = Registration(
        explained: Agent(
            id: AgentID(checked: "agent-orders-prod-001"), type: AgentTypeID(checked: "orders-assistant"),
            owner: Label(checked: "erin@company.com"), team: Label(checked: "support"), environment: Label(checked: "prod")),
        AgentType(id: AgentTypeID(checked: "orders-assistant")), attestedAt: nil)!

    /// Made anew, as for every request.
    static func question() -> PolicyQuestion {
        PolicyQuestion(
            client: agent, holder: agent, grant: .clientCredentials,
            targets: [PolicyQuestion.Target(audience: audience, scopes: asked)],
            principal: .owner(Label(checked: "erin@company.com")), depth: 1, task: nil,
            now: Instant(seconds: 1_783_000_000), risk: .none)
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    static func rounded(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }
    static func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
}

struct NoCounts: RateCounts {
    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Refusal) -> Int64 { 0 }
}

/// New York, as the system has it.
struct OneZone: TimeZones {
    static let rules: TimeZoneRules = {
        guard let file = fopen("/usr/share/zoneinfo/America/New_York", "r") else { fatalError("no tzdata") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let rules = TimeZoneRules(tzif: Array(bytes.prefix(count))) else { fatalError("no rules") }
        return rules
    }()

    func rules(of zone: Label) -> TimeZoneRules? { Self.rules }
    func names() -> [String] { [] }
}

extension Array<Scope> {
    fileprivate var set: ScopeSet {
        guard let set = ScopeSet(self) else { fatalError("no scopes") }
        return set
    }
}
