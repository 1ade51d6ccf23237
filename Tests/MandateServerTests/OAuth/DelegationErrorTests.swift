import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("What a client is told of delegations")
struct DelegationErrorTests {
    private static let api = AudienceID(checked: "api")
    private static let agent = AgentID(checked: "agent-2")

    private static let table: [(Refusal, Int, String, String, String)] = [
        (.taskMissing(nil), 400, "invalid_request", "task_missing", "a chain that a person starts needs a task_id"),
        (.taskMissing(api), 400, "invalid_request", "task_missing", "tokens for api need a task_id"),
        (
            .taskMismatch, 400, "invalid_request", "task_mismatch",
            "task_id is not the task of the presented token; leave it out"
        ),
        (
            .taskOfAnother, 400, "invalid_request", "task_mismatch",
            "this task is another principal's: use a task_id of your own, or ask an operator"
        ),
        (
            .subjectTokenInvalid, 400, "invalid_request", "subject_token_invalid",
            "the subject token cannot be used: check what it is, who signed it and for whom"
        ),
        (
            .subjectTokenExpired, 400, "invalid_request", "subject_token_expired",
            "the subject token has expired; get another one"
        ),
        (
            .actorTokenInvalid, 400, "invalid_request", "actor_token_invalid",
            "the actor token must be this client's own access token for this service, not used before"
        ),
        (
            .presenterMismatch, 400, "invalid_request", "presenter_mismatch",
            "what was presented belongs to somebody else"
        ),
        (
            .chainRevoked, 400, "invalid_request", "chain_revoked",
            "the authority behind this request was revoked, or its task has ended"
        ),
        (
            .chainExpired, 400, "invalid_request", "chain_expired",
            "the delegation behind this request has expired"
        ),
        (.ancestorInactive, 400, "invalid_request", "ancestor_inactive", "an agent on the chain is not active"),
        (
            .notADelegate(agent), 400, "invalid_request", "not_a_delegate",
            "nothing may be handed over to 'agent-2' from here"
        ),
        (
            .depthExceeded(3), 400, "invalid_request", "depth_exceeded",
            "the chain would have more than 3 agents, which one of them does not allow"
        ),
        (
            .cycle(agent), 400, "invalid_request", "cycle",
            "'agent-2' is on the chain already: name another agent as requested_actor"
        ),
        (
            .retryDiffers, 422, "invalid_request", "idempotency_key_reused",
            "this Idempotency-Key stands for another request, or for an answer that would be another now; use a fresh one"
        ),
        (
            .grantNotAllowed(.tokenExchange), 400, "unauthorized_client", "grant_not_allowed",
            "this client is not registered for token_exchange"
        ),
        (
            .mayNotStartChains, 400, "unauthorized_client", "grant_not_allowed",
            "this client may not start chains for people"
        ),
        (
            .exceedsDelegation("a:b", api), 400, "invalid_scope", "exceeds_delegation",
            "what was handed over at api does not cover 'a:b'"
        ),
        (
            .exceedsClass("a:b", .write), 400, "invalid_scope", "exceeds_class",
            "'a:b' does more than write, the most that may be handed over here"
        ),
        (
            .malformedRequest(.delegationFromAccessToken), 400, "invalid_request", "malformed_request",
            "an access token is exchanged for an access token only"
        ),
        (
            .malformedRequest(.retryKey), 400, "invalid_request", "malformed_request",
            "Idempotency-Key must be 1 to 255 visible ASCII characters"
        ),
    ]

    @Test("is the status, the error, the reason and the sentence of this table", arguments: table.indices)
    func said(index: Int) throws {
        let (refusal, status, code, reason, sentence) = Self.table[index]
        let response = OAuthError(refusal).response(requestID: "id-1")
        #expect(response.status == status)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"error":"\#(code)","error_description":"\#(sentence)","reason":"\#(reason)","request_id":"id-1"}"#
        )
        #expect(!response.fields.contains { $0.name == "Retry-After" || $0.name == "WWW-Authenticate" })
    }

}
