import MandateCore
import MandateTesting
import Testing

extension Mistake {
    /// A policy with an id and these members.
    static func policy(_ members: String, _ field: String?, _ words: String...) -> Mistake {
        Mistake(#"{"policies":[{"id":"p","# + members + "}]}", field.map { "policies[0]." + $0 }, words)
    }

    /// A policy that denies when this is so.
    static func when(_ members: String, _ field: String, _ words: String...) -> Mistake {
        Mistake(
            #"{"policies":[{"id":"p","effect":"deny","when":{"# + members + "}}]}", "policies[0].when." + field, words)
    }

    /// A policy that allows under these conditions.
    static func conditions(_ members: String, _ field: String, _ words: String...) -> Mistake {
        Mistake(
            #"{"policies":[{"id":"p","effect":"allow_with_conditions","conditions":{"# + members + "}}]}",
            "policies[0]." + field, words)
    }
}

@Suite("A policy that is written down")
struct PolicyDefinitionTests {
    static let full = #"""
        {"id":"p","layer":"team:finance","effect":"allow_with_conditions","reason":"it is late",
        "conditions":{"max_lifetime":"1m","narrow_to":["s3:*","ec2:Describe*","s3:*"],"require":["dpop"],"ledger":"elevated"},
        "when":{"agents":["b","a","b"],"types":["t"],"teams":["x"],"environments":["prod"],
        "audiences":["https://a/b","a"],"scopes":["ec2:*"],"classes":["admin","read"],"sensitivity":"pii",
        "outside":{"days":["fri","mon"],"from":"09:00","to":"17:30","zone":"America/New_York"},
        "within":{"from":"22:00","to":"24:00","zone":"UTC"},"depth_over":3,
        "rate_over":{"count":0,"per":"31d","by":"all"},"cross_domain":false,"principal":["b","a"],"autonomous":true,
        "attested_over":"3650d","risk_over":70,"grant":"token_exchange"}}
        """#

    @Test("is shown in the shape in which it is read: lists in order, durations in seconds")
    func shape() throws {
        let policy = try Policy(JSONValue(text: Self.full))
        let shown = try JSONValue(
            text: #"""
                {"conditions":{"ledger":"elevated","max_lifetime":60,"narrow_to":["ec2:Describe*","s3:*"],"require":["dpop"]},
                "effect":"allow_with_conditions","id":"p","layer":"team:finance","reason":"it is late",
                "when":{"agents":["a","b"],"attested_over":315360000,"audiences":["a","https://a/b"],"autonomous":true,
                "classes":["read","admin"],"cross_domain":false,"depth_over":3,"environments":["prod"],
                "grant":["token_exchange"],
                "outside":{"days":["mon","fri"],"from":"09:00","to":"17:30","zone":"America/New_York"},
                "principal":["a","b"],"rate_over":{"by":"all","count":0,"per":2678400},"risk_over":70,"scopes":["ec2:*"],
                "sensitivity":["pii"],"teams":["x"],"types":["t"],
                "within":{"from":"22:00","to":"24:00","zone":"UTC"}}}
                """#)
        #expect(policy.json.canonical == shown.canonical)
        #expect(try Policy(policy.json) == policy)
    }

    @Test("says nothing that it need not say")
    func least() throws {
        let policy = try Policy(["id": "p", "effect": "deny"])
        #expect(policy == Policy(id: PolicyID(checked: "p"), effect: .deny))
        #expect(policy.json == ["id": "p", "layer": "global", "effect": "deny"])
        #expect(try Policy(["id": "p", "effect": "deny", "when": .object([])]) == policy)
        let held = try Policy(["id": "p", "effect": "require_approval", "approvers": ["owner", "bob", "owner"]])
        #expect(held.json["approvers"] == ["bob", "owner"])
    }

    @Test(
        "is refused where it is wrong, with the mend",
        arguments: [
            Mistake(#"{"policies":["p"]}"#, "policies[0]", "object"),
            Mistake(#"{"policies":[{"effect":"deny"}]}"#, "policies[0].id", "missing"),
            Mistake(#"{"policies":[{"id":"a/b","effect":"deny"}]}"#, "policies[0].id", "1 to 128"),
            Mistake(
                #"{"policies":[{"id":"p","effect":"deny"},{"id":"p","effect":"allow"}]}"#, "policies[1].id", "twice",
                "policies[0]"),
            .policy(#""layer":"global""#, "effect", "missing", "require_approval"),
            .policy(#""effect":"block""#, "effect", "deny"), .policy(#""effect":"dney""#, "effect", #""deny"?"#),
            .policy(#""effect":"deny","layer":"team""#, "layer", "team:NAME"),
            .policy(#""effect":"deny","layer":"owner:x""#, "layer", "agent:ID"),
            .policy(#""effect":"deny","layer":"agent:a/b""#, "layer", "agent:ID"),
            .policy(#""effect":"deny","layer":7"#, "layer", "in quotes"),
            .policy(#""effect":"deny","whne":{}"#, "whne", "did you mean", "when"),
            .policy(#""effect":"deny","when":[]"#, "when", "object"),
            .policy(#""effect":"deny","when":null"#, "when", "is empty"),
            .policy(#""effect":"deny","reason":"a\u0000b""#, "reason", "printable"),
            .policy(#""effect":"deny","reason":"a\nb""#, "reason", "one line"),
            .policy(#""effect":"deny","reason":"\u202e""#, "reason", "printable"),
            .policy(#""effect":"deny","reason":"""#, "reason", "printable"),
            .policy(#""effect":"deny","conditions":{"max_lifetime":60}"#, "conditions", "allow_with_conditions"),
            .policy(#""effect":"deny","approvers":["owner"]"#, "approvers", "require_approval"),
            .policy(#""effect":"require_approval","approvers":[]"#, "approvers", "whoever may decide"),
            .policy(#""effect":"require_approval","approvers":"owner""#, "approvers", "must be a list"),
            .policy(#""effect":"require_approval","approvers":["the owner"]"#, "approvers[0]", "1 to 256"),
            .policy(#""effect":"require_approval","approvers":null"#, "approvers", "is empty"),
            .policy(#""effect":"allow_with_conditions""#, "conditions", "max_lifetime", "allow"),
            .conditions("", "conditions", "say nothing"),
            .conditions(#""max_lifetime":"2h""#, "conditions.max_lifetime", "5s", "3600s"),
            .conditions(#""max_lifetime":4"#, "conditions.max_lifetime", "5s"),
            .conditions(#""max_lifetime":null"#, "conditions.max_lifetime", "is empty"),
            .conditions(#""narrow_to":[]"#, "conditions.narrow_to", "nothing would be left"),
            .conditions(#""narrow_to":["*"]"#, "conditions.narrow_to[0]", "segment"),
            .conditions(#""require":["mtls"]"#, "conditions.require[0]", "dpop"),
            .conditions(#""require":"dpop""#, "conditions.require", "must be a list"),
            .conditions(#""ledger":true"#, "conditions.ledger", "string"),
            .conditions(#""ledger":"high""#, "conditions.ledger", "elevated"),
            .conditions(#""max-lifetime":60"#, #"conditions.max-lifetime"#, "did you mean", "max_lifetime"),
        ] as [Mistake])
    func refuses(mistake: Mistake) { mistake.expect() }

    @Test(
        "is refused where its condition is wrong, with the mend",
        arguments: [
            .when(#""agent":["a"]"#, "agent", "did you mean", "agents"),
            .when(#""principals":["a"]"#, "principals", "did you mean", "principal"),
            .when(#""agents":[]"#, "agents", "never fire"), .when(#""teams":[]"#, "teams", "never fire"),
            .when(#""scopes":[]"#, "scopes", "never fire"), .when(#""classes":[]"#, "classes", "never fire"),
            .when(#""grant":[]"#, "grant", "never fire"), .when(#""agents":null"#, "agents", "is empty"),
            .when(#""agents":"a""#, "agents", "must be a list"), .when(#""agents":[1]"#, "agents[0]", "in quotes"),
            .when(#""classes":["remove"]"#, "classes[0]", "read, write, delete, admin"),
            .when(#""sensitivity":{}"#, "sensitivity", "a list of names"),
            .when(#""sensitivity":["a b"]"#, "sensitivity[0]", "visible ASCII"),
            .when(#""grant":"password""#, "grant", "client_credentials"),
            .when(#""grant":["handover"]"#, "grant[0]", "hand_over"),
            .when(#""depth_over":65"#, "depth_over", "0 to 64"), .when(#""depth_over":"3""#, "depth_over", "quotes"),
            .when(#""risk_over":101"#, "risk_over", "0 to 100"), .when(#""risk_over":1.5"#, "risk_over", "whole"),
            .when(#""autonomous":"true""#, "autonomous", "true or false"),
            .when(#""cross_domain":1"#, "cross_domain", "true or false"),
            .when(#""attested_over":"3651d""#, "attested_over", "3650d"),
            .when(#""attested_over":"1 day""#, "attested_over", "duration"),
            .when(#""rate_over":100"#, "rate_over", "object"),
            .when(#""rate_over":{"per":"1m"}"#, "rate_over.count", "missing"),
            .when(#""rate_over":{"count":1}"#, "rate_over.per", "missing"),
            .when(#""rate_over":{"count":-1,"per":"1m"}"#, "rate_over.count", "0 to 1000000000"),
            .when(#""rate_over":{"count":1,"per":"32d"}"#, "rate_over.per", "31d"),
            .when(#""rate_over":{"count":1,"per":"1m","by":"scope"}"#, "rate_over.by", "principal"),
            .when(#""rate_over":{"count":1,"per":"1m","window":1}"#, "rate_over.window", "not a member"),
        ] as [Mistake])
    func refusesConditions(mistake: Mistake) { mistake.expect() }

    @Test(
        "is refused where its hours are wrong, with the mend",
        arguments: [
            .when(#""within":"09:00-17:00""#, "within", "object"),
            .when(#""within":{"to":"17:00","zone":"UTC"}"#, "within.from", "missing"),
            .when(#""within":{"from":"09:00","zone":"UTC"}"#, "within.to", "missing"),
            .when(#""within":{"from":"09:00","to":"17:00"}"#, "within.zone", "missing", "Europe/Berlin"),
            .when(#""within":{"from":"9:00","to":"17:00","zone":"UTC"}"#, "within.from", #""09:00""#),
            .when(#""within":{"from":"09:60","to":"17:00","zone":"UTC"}"#, "within.from", "time of day"),
            .when(#""within":{"from":"09:00","to":"24:01","zone":"UTC"}"#, "within.to", "time of day"),
            .when(#""within":{"from":"09:00","to":"٢٤:00","zone":"UTC"}"#, "within.to", "time of day"),
            .when(#""within":{"from":"24:00","to":"17:00","zone":"UTC"}"#, "within.from", #""00:00""#),
            .when(#""within":{"from":"09:00","to":"00:00","zone":"UTC"}"#, "within.to", #""24:00""#),
            .when(#""within":{"from":540,"to":"17:00","zone":"UTC"}"#, "within.from", "in quotes"),
            .when(#""within":{"from":"09:00","to":"09:00","zone":"UTC"}"#, "within.to", "same time as from"),
            .when(#""within":{"days":[],"from":"09:00","to":"17:00","zone":"UTC"}"#, "within.days", "never fire"),
            .when(#""within":{"days":["monday"],"from":"09:00","to":"17:00","zone":"UTC"}"#, "within.days[0]", "mon"),
            .when(#""within":{"day":["mon"],"from":"09:00","to":"17:00","zone":"UTC"}"#, "within.day", "days"),
            .when(#""outside":{"from":"00:00","to":"24:00","zone":"UTC"}"#, "outside", "whole week"),
        ] as [Mistake])
    func refusesHours(mistake: Mistake) { mistake.expect() }

    @Test("is one of at most a thousand, and not longer than a record may be")
    func bounds() throws {
        let policies = (0...1000).map { #"{"id":"p\#($0)","effect":"deny"}"# }.joined(separator: ",")
        Mistake(#"{"policies":[\#(policies)]}"#, "policies", "1001", "1000").expect()
        let names = (0...1024).map { "\"a\($0)\"" }.joined(separator: ",")
        Mistake.when(#""agents":[\#(names)]"#, "agents", "1024").expect()
    }
}
