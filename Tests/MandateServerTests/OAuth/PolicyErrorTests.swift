import MandateCore
import Testing

@testable import MandateServer

@Suite("A refusal by policy, or by nobody yet")
struct PolicyErrorTests {
    private static let need = ApprovalNeed(rule: "writes-wait", reason: PrintableText("writes are looked at"))

    private static func waiting(code: String?) -> Refusal.Waiting {
        Refusal.Waiting(id: "id-1", need: need, code: code, interval: 5, expiresIn: 3600)
    }

    @Test(
        "says which rule it was, and what a client needs that waits",
        arguments: [
            (
                .deniedByPolicy("no-deletes", PrintableText("nothing is deleted here")),
                #"{"error":"access_denied","error_description":"policy no-deletes denies this: nothing is deleted here","reason":"denied_by_policy","request_id":"r","policy":"no-deletes"}"#
            ),
            (
                .approvalRequired(waiting(code: nil)),
                #"{"error":"interaction_required","error_description":"this needs the approval of a person (rule writes-wait): writes are looked at","reason":"approval_required","request_id":"r","approval":"id-1","policy":"writes-wait","expires_in":3600}"#
            ),
            (
                .approvalRequired(waiting(code: "c")),
                #"{"error":"authorization_pending","error_description":"this needs the approval of a person (rule writes-wait): writes are looked at","reason":"approval_required","request_id":"r","approval":"id-1","policy":"writes-wait","deferral_code":"c","interval":5,"expires_in":3600}"#
            ),
            (
                .approvalPending(waiting(code: "c")),
                #"{"error":"authorization_pending","error_description":"nobody has decided yet: ask again after the interval","reason":"approval_pending","request_id":"r","approval":"id-1","policy":"writes-wait","deferral_code":"c","interval":5,"expires_in":3600}"#
            ),
            (
                .approvalAskedTooSoon(waiting(code: "c")),
                #"{"error":"slow_down","error_description":"asked too soon: wait 5 seconds between two questions","reason":"slow_down","request_id":"r","approval":"id-1","policy":"writes-wait","deferral_code":"c","interval":5,"expires_in":3600}"#
            ),
            (
                .approvalDenied(id: "id-1", PrintableText("not today")),
                #"{"error":"access_denied","error_description":"a person denied this: not today","reason":"approval_denied","request_id":"r","approval":"id-1"}"#
            ),
            (
                .approvalExpired,
                #"{"error":"expired_token","error_description":"nothing waits under this deferral code any more: ask anew for what is needed","reason":"approval_expired","request_id":"r"}"#
            ),
        ] as [(Refusal, String)])
    func answers(refusal: Refusal, body: String) {
        let response = OAuthError(refusal).response(requestID: "r")
        #expect(response.status == 400)
        #expect(String(decoding: response.body, as: UTF8.self) == body)
    }

    @Test("of an engine that cannot be asked is temporary")
    func engine() {
        let response = OAuthError(.unavailable(.policyEngine)).response(requestID: nil)
        #expect(response.status == 503)
        #expect(response.fields.contains { $0.name == "Retry-After" && $0.value == "1" })
        #expect(String(decoding: response.body, as: UTF8.self).contains("\"reason\":\"policy_engine_unavailable\""))
    }
}
