import MandateTesting
import Testing

@testable import MandateCore

@Suite("An answer of AuthZEN")
struct AuthZENAnswerTests {
    private func answer(_ text: String) -> EngineAnswer {
        do throws(EngineFailure) {
            return .decided(try EngineDialect.authzen.decision(in: Array(text.utf8)))
        } catch {
            return .failed(error)
        }
    }

    private static let authzen = PrintableText(checked: "authzen")
    private static let no = PrintableText(checked: "no")
    private static let unknown = PrintableText(checked: "the engine asks for an obligation that is not known here")

    @Test(
        "decides",
        arguments: [
            (#"{"decision":true}"#, EngineDecision(.allow, rule: authzen)),
            (#"{"decision":false}"#, EngineDecision(.deny, rule: authzen)),
            (#"{"decision":true,"context":{},"evaluation_id":7}"#, EngineDecision(.allow, rule: authzen)),
            (#"{"decision":true,"context":{"obligations":[]}}"#, EngineDecision(.allow, rule: authzen)),
            (
                #"{"decision":false,"context":{"rule":"no","reason":"no"}}"#,
                EngineDecision(.deny, rule: no, reason: no)
            ),
            (#"{"decision":false,"context":{"rule":7,"reason":"a\nb"}}"#, EngineDecision(.deny, rule: authzen)),
            (
                #"{"decision":false,"context":{"reason_admin":{"en":"x"},"reason_user":{"de":"nein","en":"no"}}}"#,
                EngineDecision(.deny, rule: authzen, reason: no)
            ),
            (
                #"{"decision":false,"context":{"reason_admin":{"403":"no"}}}"#,
                EngineDecision(.deny, rule: authzen, reason: no)
            ),
            (#"{"decision":false,"context":{"obligations":7}}"#, EngineDecision(.deny, rule: authzen)),
        ])
    func decides(text: String, decision: EngineDecision) {
        #expect(answer(text) == .decided(decision))
    }

    @Test("asks for an approval when it denies and says whom to ask", arguments: ["true", "{}", #"{"id":"7"}"#])
    func approval(request: String) {
        #expect(
            answer(#"{"decision":false,"context":{"access_request":\#(request)}}"#)
                == .decided(EngineDecision(.requireApproval, rule: Self.authzen)))
    }

    @Test("only denies when it says that nobody is to be asked", arguments: ["false", "null"])
    func noApproval(request: String) {
        #expect(
            answer(#"{"decision":false,"context":{"access_request":\#(request)}}"#)
                == .decided(EngineDecision(.deny, rule: Self.authzen)))
    }

    @Test(
        "allows under its obligations, however they are written",
        arguments: [
            #"{"max_lifetime":60,"narrow_to":["a:b"]}"#,
            #"[{"id":"max_lifetime","value":"1m"},{"id":"narrow_to","value":["a:b"]}]"#,
            #"[{"type":"max_lifetime","id":"o-1","value":60},{"type":"narrow_to","id":"o-2","value":["a:b"]}]"#,
            #"[{"id":"max_lifetime","value":900},{"id":"max_lifetime","value":60},{"id":"narrow_to","value":["a:b"]}]"#,
        ])
    func obligations(text: String) {
        let obligations = PolicyObligations(maxLifetime: 60, narrowTo: ["a:b"])
        #expect(
            answer(#"{"decision":true,"context":{"obligations":\#(text)}}"#)
                == .decided(EngineDecision(.allowWithConditions, rule: Self.authzen, obligations: obligations)))
    }

    @Test(
        "denies when one of its obligations is not known",
        arguments: [
            #"{"mfa":true}"#, #"{"max_lifetime":60,"mfa":true}"#, #"[{"id":"mfa"}]"#, #"{"require":["mtls"]}"#,
            #"{"ledger":"secret"}"#, #"[{"type":"mfa","id":"max_lifetime","value":60}]"#,
            #"[{"id":"max_lifetime","value":60,"unless":"friday"}]"#, #"[{"id":"MAX_LIFETIME","value":60}]"#,
        ])
    func unknownObligations(text: String) {
        #expect(
            answer(#"{"decision":true,"context":{"obligations":\#(text)}}"#)
                == .decided(EngineDecision(.deny, rule: Self.authzen, reason: Self.unknown)))
    }

    @Test(
        "fails when it is no clear answer",
        arguments: [
            ("", EngineFailure.unreadable), ("{}", .malformed(at: "decision")),
            (#"{"decision":"true"}"#, .malformed(at: "decision")), (#"{"decision":1}"#, .malformed(at: "decision")),
            (#"{"decision":null}"#, .malformed(at: "decision")), (#"{"Decision":true}"#, .malformed(at: "decision")),
            (#"{"evaluations":[{"decision":true}]}"#, .malformed(at: "decision")),
            (#"{"decision":false,"decision":true}"#, .unreadable),
            (#"{"decision":true,"context":[]}"#, .malformed(at: "context")),
            (#"{"decision":true,"context":null}"#, .malformed(at: "context")),
            (#"{"decision":true,"context":{"access_request":{}}}"#, .malformed(at: "context.access_request")),
            (#"{"decision":false,"context":{"access_request":"alice"}}"#, .malformed(at: "context.access_request")),
            (
                #"{"decision":false,"context":{"access_request":{},"obligations":{"ledger":"elevated"}}}"#,
                .malformed(at: "context.obligations")
            ),
            (#"{"decision":true,"context":{"obligations":"mfa"}}"#, .malformed(at: "context.obligations")),
            (#"{"decision":true,"context":{"obligations":null}}"#, .malformed(at: "context.obligations")),
            (#"{"decision":true,"context":{"obligations":["mfa"]}}"#, .malformed(at: "context.obligations")),
            (#"{"decision":true,"context":{"obligations":[{"id":7}]}}"#, .malformed(at: "context.obligations")),
            (
                #"{"decision":true,"context":{"obligations":[{"id":"max_lifetime"}]}}"#,
                .malformed(at: "context.obligations.max_lifetime")
            ),
            (
                #"{"decision":true,"context":{"obligations":{"narrow_to":[]}}}"#,
                .malformed(at: "context.obligations.narrow_to")
            ),
        ])
    func fails(text: String, failure: EngineFailure) {
        #expect(answer(text) == .failed(failure))
    }
}
