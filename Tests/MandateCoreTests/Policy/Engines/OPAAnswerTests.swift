import MandateTesting
import Testing

@testable import MandateCore

@Suite("An answer of OPA")
struct OPAAnswerTests {
    private func answer(_ text: String) -> EngineAnswer {
        do throws(EngineFailure) {
            return .decided(try EngineDialect.opa(document: "mandate").decision(in: Array(text.utf8)))
        } catch {
            return .failed(error)
        }
    }

    private static let opa = PrintableText(checked: "opa")
    private static let night = PrintableText(checked: "nights")

    @Test(
        "decides",
        arguments: [
            (#"{"result":true}"#, EngineDecision(.allow, rule: opa)),
            (#" {"decision_id":"1", "result" : false} "#, EngineDecision(.deny, rule: opa)),
            (
                "{}",
                EngineDecision(
                    .deny, rule: opa, reason: PrintableText(checked: "the engine has no decision for this request"))
            ),
            (#"{"result":{"effect":"allow"}}"#, EngineDecision(.allow, rule: opa)),
            (#"{"result":{"effect":"allow","conditions":{}}}"#, EngineDecision(.allow, rule: opa)),
            (
                #"{"result":{"effect":"deny","rule":"nights","reason":"not at night"}}"#,
                EngineDecision(.deny, rule: night, reason: PrintableText(checked: "not at night"))
            ),
            (
                #"{"result":{"effect":"require_approval","rule":"nights"}}"#,
                EngineDecision(.requireApproval, rule: night)
            ),
            (
                #"""
                {"result":{"effect":"allow_with_conditions","conditions":
                  {"max_lifetime":"5m","narrow_to":["a:b","a:a"],"require":["dpop"],"ledger":"elevated"}}}
                """#,
                EngineDecision(
                    .allowWithConditions, rule: opa,
                    obligations: PolicyObligations(
                        maxLifetime: 300, narrowTo: ["a:a a:b"], required: [.dpop], isElevated: true))
            ),
            (
                #"{"result":{"effect":"allow_with_conditions","conditions":{"max_lifetime":5}}}"#,
                EngineDecision(.allowWithConditions, rule: opa, obligations: PolicyObligations(maxLifetime: 5))
            ),
            (
                #"{"result":{"effect":"deny","rule":"a\u0007b","reason":"a\nb"}}"#, EngineDecision(.deny, rule: opa)
            ),
        ])
    func decides(text: String, decision: EngineDecision) {
        #expect(answer(text) == .decided(decision))
    }

    @Test("names no rule longer than records have room for")
    func longRule() {
        let rule = String(repeating: "r", count: EngineDecision.longestRule + 1)
        #expect(
            answer(#"{"result":{"effect":"deny","rule":"\#(rule)"}}"#)
                == .decided(EngineDecision(.deny, rule: Self.opa)))
    }

    @Test(
        "fails when it is no clear answer",
        arguments: [
            ("", EngineFailure.unreadable), ("true", .malformed(at: "the body")), ("[]", .malformed(at: "the body")),
            (#"{"result":true"#, .unreadable), (#"{"result":true}{"#, .unreadable),
            (#"{"result":false,"result":true}"#, .unreadable), (#"{"result":true,}"#, .unreadable),
            (#"{"result":null}"#, .malformed(at: "result")), (#"{"result":"true"}"#, .malformed(at: "result")),
            (#"{"result":1}"#, .malformed(at: "result")), (#"{"result":[true]}"#, .malformed(at: "result")),
            (#"{"result":{}}"#, .malformed(at: "result.effect")),
            (#"{"result":{"allow":true}}"#, .malformed(at: "result")),
            (#"{"result":{"effect":true}}"#, .malformed(at: "result.effect")),
            (#"{"result":{"effect":"ALLOW"}}"#, .unknownEffect), (#"{"result":{"effect":""}}"#, .unknownEffect),
            (#"{"result":{"effect":"allow","condition":{"ledger":"elevated"}}}"#, .malformed(at: "result")),
            (#"{"result":{"effect":"deny","reason":1}}"#, .malformed(at: "result.reason")),
            (#"{"result":{"effect":"allow","rule":null}}"#, .malformed(at: "result.rule")),
            (#"{"result":{"effect":"allow_with_conditions"}}"#, .malformed(at: "result.conditions")),
            (#"{"result":{"effect":"allow_with_conditions","conditions":{}}}"#, .malformed(at: "result.conditions")),
            (
                #"{"result":{"effect":"allow","conditions":{"max_lifetime":60}}}"#,
                .malformed(at: "result.conditions")
            ),
            (#"{"result":{"effect":"deny","conditions":null}}"#, .malformed(at: "result.conditions")),
        ])
    func fails(text: String, failure: EngineFailure) {
        #expect(answer(text) == .failed(failure))
    }

    @Test(
        "fails when a condition cannot be met as it is written",
        arguments: [
            (#""max_life":60"#, EngineFailure.unknownCondition),
            (#""ledger":"elevated","Require":["dpop"]"#, .unknownCondition),
            (#""max_lifetime":0"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":-5"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":4"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":3601"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":60.0"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":9223372036854775808"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":"60""#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":"153722867280912931m""#, .malformed(at: "result.conditions.max_lifetime")),
            (#""max_lifetime":null"#, .malformed(at: "result.conditions.max_lifetime")),
            (#""narrow_to":[]"#, .malformed(at: "result.conditions.narrow_to")),
            (#""narrow_to":"a:b""#, .malformed(at: "result.conditions.narrow_to")),
            (#""narrow_to":["*"]"#, .malformed(at: "result.conditions.narrow_to")),
            (#""narrow_to":["a:b",1]"#, .malformed(at: "result.conditions.narrow_to")),
            (#""require":"dpop""#, .malformed(at: "result.conditions.require")),
            (#""require":[]"#, .malformed(at: "result.conditions.require")),
            (#""require":["dpop",true]"#, .malformed(at: "result.conditions.require")),
            (#""require":["mtls"]"#, .unknownCondition), (#""ledger":"normal""#, .unknownCondition),
            (#""ledger":true"#, .malformed(at: "result.conditions.ledger")),
        ])
    func conditions(text: String, failure: EngineFailure) {
        let body = #"{"result":{"effect":"allow_with_conditions","conditions":{\#(text)}}}"#
        #expect(answer(body) == .failed(failure))
    }

    @Test("fails when it is longer than is read, or deeper")
    func bounds() {
        let filler = String(repeating: " ", count: EngineDialect.longestAnswer)
        #expect(answer(#"{"result":true}"# + filler) == .failed(.tooLong))
        let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        #expect(answer(#"{"result":true,"metrics":\#(deep)}"#) == .failed(.unreadable))
    }

    @Test("is counted under a name of its own when it fails")
    func names() {
        #expect(Set(EngineFailure.names).count == EngineFailure.names.count)
        #expect(Set(EngineFailure.names).isDisjoint(with: PolicyEffect.allCases.map(\.rawValue)))
    }
}
