import MandateCore

extension Route {
    /// Every route of the admin API.
    static let all: [Route] = [
        Route(
            "GET", "/openapi.json", "The description of this API", nil, answers: [.ok("OpenAPI")], isOpen: true,
            AdminAPI.showOpenAPI),

        Route(
            "GET", "/v1/agents", "List agents", .registryRead,
            query: ["type", .status(AgentStatus.self), "team", "owner", "unused", "after", "limit"],
            answers: [.page(of: .ref("Agent"))], AdminAPI.listAgents),
        Route(
            "POST", "/v1/agents", "Register an agent", .registryWrite, takes: .ref("AgentWritten"),
            answers: [.created("SavedAgent"), .conflict], AdminAPI.registerAgent),
        Route(
            "GET", "/v1/agents/{id}", "Show an agent", .registryRead, answers: [.ok("Agent")], AdminAPI.showAgent),
        Route(
            "PUT", "/v1/agents/{id}", "Register or replace an agent", .registryWrite, takes: .ref("AgentReplacement"),
            answers: [.ok("SavedAgent"), .created("SavedAgent"), .conflict], AdminAPI.replaceAgent),
        Route(
            "PATCH", "/v1/agents/{id}", "Change members of an agent (RFC 7396)", .registryWrite,
            takes: .ref("AgentPatch"), answers: [.ok("SavedAgent"), .conflict], AdminAPI.changeAgent),
        .ending("/v1/agents/{id}/suspend", "Suspend an agent", AdminAPI.suspendAgent),
        .ending("/v1/agents/{id}/resume", "Resume a suspended agent", AdminAPI.resumeAgent),
        .ending("/v1/agents/{id}/decommission", "Stop an agent for ever", AdminAPI.decommissionAgent),
        Route(
            "POST", "/v1/agents/{id}/attest", "Note how it was proven what an agent is", .registryWrite,
            takes: .ref("AttestationWritten"), mayTakeNothing: true, answers: [.ok("Attested"), .conflict],
            AdminAPI.attestAgent),
        Route(
            "POST", "/v1/agents/{id}/secrets", "Issue a client secret, shown once", .registryWrite,
            answers: [.created("Secret"), .conflict], AdminAPI.issueSecret),
        Route(
            "DELETE", "/v1/agents/{id}/secrets/{n}", "Remove a client secret", .registryWrite, answers: [.noContent],
            AdminAPI.removeSecret),
        Route(
            "POST", "/v1/register", "Register a client (RFC 7591)", .registryWrite, takes: .ref("ClientMetadata"),
            answers: [.created("Client"), Answer(400, "The metadata are wrong.", .ref("ClientError"))],
            AdminAPI.registerClient),

        Route(
            "GET", "/v1/agent-types", "List agent types", .registryRead, query: ["after", "limit"],
            answers: [.page(of: .ref("AgentType"))], AdminAPI.listTypes),
        Route(
            "GET", "/v1/agent-types/{id}", "Show an agent type", .registryRead, answers: [.ok("AgentType")],
            AdminAPI.showType),
        Route(
            "PUT", "/v1/agent-types/{id}", "Define or replace an agent type", .registryWrite,
            takes: .ref("AgentTypeReplacement"),
            answers: [.ok("SavedAgentType"), .created("SavedAgentType"), .conflict],
            AdminAPI.replaceType),
        .ending("/v1/agent-types/{id}/suspend", "Suspend every agent of a type", AdminAPI.suspendType),
        .ending("/v1/agent-types/{id}/resume", "Resume a suspended type", AdminAPI.resumeType),

        Route(
            "GET", "/v1/audiences", "List audiences", .registryRead, query: ["after", "limit"],
            answers: [.page(of: .ref("Audience"))], AdminAPI.listAudiences),
        Route(
            "GET", "/v1/audiences/{id}", "Show an audience", .registryRead, answers: [.ok("Audience")],
            AdminAPI.showAudience),
        Route(
            "PUT", "/v1/audiences/{id}", "Define or replace an audience", .registryWrite,
            takes: .ref("AudienceReplacement"), answers: [.ok("SavedAudience"), .created("SavedAudience"), .conflict],
            AdminAPI.replaceAudience),

        Route(
            "GET", "/v1/issuers", "List trusted issuers", .registryRead, query: ["after", "limit"],
            answers: [.page(of: .ref("Issuer"))], AdminAPI.listIssuers),
        Route(
            "GET", "/v1/issuers/{id}", "Show a trusted issuer", .registryRead, answers: [.ok("Issuer")],
            AdminAPI.showIssuer),
        Route(
            "PUT", "/v1/issuers/{id}", "Trust an issuer, or replace its record", .registryWrite,
            takes: .ref("IssuerReplacement"), answers: [.ok("SavedIssuer"), .created("SavedIssuer"), .conflict],
            AdminAPI.replaceIssuer),

        Route(
            "GET", "/v1/policies", "Show the policies in force, or those of an earlier version", .registryRead,
            query: ["version"], answers: [.ok("Policies"), .notFound], AdminAPI.showPolicies),
        Route(
            "PUT", "/v1/policies", "Replace all policies at once", .registryWrite, takes: .ref("PoliciesReplacement"),
            answers: [.ok("SavedPolicies"), .conflict], bodyLimit: 16 << 20, AdminAPI.replacePolicies),
        Route(
            "GET", "/v1/policies/versions", "List the versions of the policies, newest first", .registryRead,
            query: ["after", "limit"], answers: [.page(of: .ref("PolicyVersion"))], AdminAPI.listPolicyVersions),
        Route(
            "POST", "/v1/policies/explain", "Explain what would become of a request, without making it", .registryRead,
            takes: .ref("ExplanationRequest"), answers: [.ok("Explanation")], bodyLimit: 1 << 20,
            AdminAPI.explainPolicies),

        Route(
            "GET", "/v1/tasks", "List tasks", .registryRead, query: [.status(TaskStatus.self), "after", "limit"],
            answers: [.page(of: .ref("Task"))], AdminAPI.listTasks),
        Route(
            "POST", "/v1/tasks", "Open a task", .registryWrite, takes: .ref("TaskWritten"),
            answers: [.created("Task"), .conflict], AdminAPI.createTask),
        Route(
            "GET", "/v1/tasks/{id}", "Show a task with its tree of delegations", .registryRead,
            answers: [.ok("TaskWithLinks")], AdminAPI.showTask),
        .ending("/v1/tasks/{id}/complete", "End a task, done", AdminAPI.completeTask),
        .ending("/v1/tasks/{id}/cancel", "End a task that must not go on", AdminAPI.cancelTask),

        Route(
            "GET", "/v1/delegations/{hash}", "Show a chain, root first", .registryRead, answers: [.ok("Chain")],
            AdminAPI.showDelegation),
        .ending("/v1/delegations/{hash}/revoke", "End a delegation and all below it", AdminAPI.revokeDelegation),
        .ending("/v1/tokens/{jti}/revoke", "End a token", AdminAPI.revokeToken),
        Route(
            "GET", "/v1/principals/{id}", "Show whether a principal is revoked", .registryRead,
            answers: [.ok("Principal")], AdminAPI.showPrincipal),
        .ending("/v1/principals/{id}/revoke", "End every chain a principal started", AdminAPI.revokePrincipal),
        .ending("/v1/principals/{id}/reinstate", "Let a principal start again", AdminAPI.reinstatePrincipal),

        Route(
            "GET", "/v1/approvals", "List requests that wait, or waited, for a person, newest first", .approvalsDecide,
            or: .registryRead, query: [.status(ApprovalEntry.Status.self), "client", "after", "limit"],
            answers: [.page(of: .ref("Approval"))], AdminAPI.listApprovals),
        Route(
            "GET", "/v1/approvals/{id}", "Show such a request", .approvalsDecide, or: .registryRead,
            answers: [.ok("Approval")], AdminAPI.showApproval),
        Route(
            "POST", "/v1/approvals/{id}/approve", "Approve a request that waits, or less than it", .approvalsDecide,
            takes: .ref("ApprovalWritten"), mayTakeNothing: true, answers: [.ok("Approval"), .conflict],
            AdminAPI.approve),
        Route(
            "POST", "/v1/approvals/{id}/deny", "Deny a request that waits, or was approved and not fetched",
            .approvalsDecide,
            takes: .ref("DenialWritten"), mayTakeNothing: true, answers: [.ok("Approval"), .conflict], AdminAPI.deny),

        Route(
            "GET", "/v1/keys", "List signing keys", .registryRead, answers: [.page(of: .ref("Key"))],
            AdminAPI.listKeys),
        Route(
            "POST", "/v1/keys/rotate", "Move the signing keys one safe step along", .keysRotate,
            answers: [.ok("KeyRotation")], AdminAPI.rotateKeys),
        Route(
            "POST", "/v1/keys/{kid}/revoke", "Refuse every token of a key from now on", .keysRotate,
            takes: .ref("Reason"), mayTakeNothing: true, answers: [.ok("KeyRevocation"), .conflict],
            AdminAPI.revokeKey),

        Route(
            "GET", "/v1/ledger", "Read the ledger, oldest first", .ledgerRead,
            query: [
                "agent", "task", "chain", "principal", "event", "since", "after", "limit", "latest", "format",
            ],
            answers: [
                .page(of: .ref("LedgerRecord")),
                Answer(200, "With format=cef or leef: a record a line.", .string(), mediaType: "text/plain"),
            ], AdminAPI.readLedger),
        Route(
            "GET", "/v1/ledger/checkpoint", "Show the newest signed checkpoint (text/plain)", .ledgerRead,
            answers: [Answer(200, "A C2SP note.", .string(), mediaType: "text/plain"), .notFound],
            AdminAPI.showCheckpoint),
        Route(
            "GET", "/v1/ledger/checkpoints", "List the signed checkpoints that are kept", .ledgerRead,
            query: ["after", "limit"], answers: [.page(of: .ref("Checkpoint"))], AdminAPI.listCheckpoints),
        Route(
            "GET", "/v1/ledger/key", "Show the key of the checkpoints", .ledgerRead,
            answers: [.ok("LedgerKey"), .notFound], AdminAPI.showLedgerKey),
        Route(
            "GET", "/v1/ledger/inclusion", "Prove that a record is in the ledger (RFC 9162)", .ledgerRead,
            query: ["seq", "size"], answers: [.ok("Inclusion"), .notFound], AdminAPI.proveInclusion),
        Route(
            "GET", "/v1/ledger/consistency", "Prove that the ledger continues an older one (RFC 9162)", .ledgerRead,
            query: ["from", "to"], answers: [.ok("Consistency"), .notFound], AdminAPI.proveConsistency),
        Route(
            "POST", "/v1/registry", "Bring the registry to what a document says", .registryWrite,
            query: ["dry_run", "prune"], takes: .ref("RegistryDocument"), answers: [.ok("AppliedPlan"), .conflict],
            bodyLimit: 16 << 20, AdminAPI.applyRegistry),
        Route(
            "GET", "/metrics", "Read the metrics (Prometheus text)", .registryRead,
            answers: [Answer(200, "The metrics as they are now.", .string(), mediaType: "text/plain")],
            AdminAPI.showMetrics),
        Route(
            "POST", "/v1/ledger/archive", "Move old records to a file on the server's machine", .registryWrite,
            takes: .ref("ArchiveWritten"), answers: [.ok("Archived"), .conflict], socketOnly: true,
            AdminAPI.archiveLedger),
        Route(
            "POST", "/v1/backup", "Copy the database to a file on the server's machine", .registryWrite,
            takes: .ref("BackupWritten"), answers: [.ok("Backup"), .conflict], socketOnly: true, AdminAPI.backUp),
        Route(
            "GET", "/v1/status", "Whether the registry answers", .registryRead, answers: [.ok("Status")],
            AdminAPI.showStatus),
    ]

    /// A route that changes the standing of something, and says what that cut off.
    private static func ending(_ template: String, _ summary: String, _ endpoint: @escaping Endpoint) -> Route {
        Route(
            "POST", template, summary, .registryWrite, takes: .ref("Reason"), mayTakeNothing: true,
            answers: [.cut, .conflict], endpoint)
    }
}
