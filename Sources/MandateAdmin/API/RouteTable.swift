extension Route {
    /// Every route of the admin API.
    static let all: [Route] = [
        Route(
            "GET", "/v1/agents", "List agents", .registryRead,
            query: ["type", "status", "team", "owner", "after", "limit"],
            AdminAPI.listAgents),
        Route("POST", "/v1/agents", "Register an agent", .registryWrite, AdminAPI.registerAgent),
        Route("GET", "/v1/agents/{id}", "Show an agent", .registryRead, AdminAPI.showAgent),
        Route("PUT", "/v1/agents/{id}", "Register or replace an agent", .registryWrite, AdminAPI.replaceAgent),
        Route(
            "PATCH", "/v1/agents/{id}", "Change members of an agent (RFC 7396)", .registryWrite, AdminAPI.changeAgent),
        Route("POST", "/v1/agents/{id}/suspend", "Suspend an agent", .registryWrite, AdminAPI.suspendAgent),
        Route("POST", "/v1/agents/{id}/resume", "Resume a suspended agent", .registryWrite, AdminAPI.resumeAgent),
        Route(
            "POST", "/v1/agents/{id}/decommission", "Stop an agent for ever", .registryWrite, AdminAPI.decommissionAgent
        ),
        Route(
            "POST", "/v1/agents/{id}/secrets", "Issue a client secret, shown once", .registryWrite, AdminAPI.issueSecret
        ),
        Route("DELETE", "/v1/agents/{id}/secrets/{n}", "Remove a client secret", .registryWrite, AdminAPI.removeSecret),

        Route(
            "GET", "/v1/agent-types", "List agent types", .registryRead, query: ["after", "limit"], AdminAPI.listTypes),
        Route("GET", "/v1/agent-types/{id}", "Show an agent type", .registryRead, AdminAPI.showType),
        Route("PUT", "/v1/agent-types/{id}", "Define or replace an agent type", .registryWrite, AdminAPI.replaceType),
        Route(
            "POST", "/v1/agent-types/{id}/suspend", "Suspend every agent of a type", .registryWrite,
            AdminAPI.suspendType),
        Route("POST", "/v1/agent-types/{id}/resume", "Resume a suspended type", .registryWrite, AdminAPI.resumeType),

        Route(
            "GET", "/v1/audiences", "List audiences", .registryRead, query: ["after", "limit"], AdminAPI.listAudiences),
        Route("GET", "/v1/audiences/{id}", "Show an audience", .registryRead, AdminAPI.showAudience),
        Route("PUT", "/v1/audiences/{id}", "Define or replace an audience", .registryWrite, AdminAPI.replaceAudience),

        Route(
            "GET", "/v1/issuers", "List trusted issuers", .registryRead, query: ["after", "limit"], AdminAPI.listIssuers
        ),
        Route("GET", "/v1/issuers/{id}", "Show a trusted issuer", .registryRead, AdminAPI.showIssuer),
        Route(
            "PUT", "/v1/issuers/{id}", "Trust an issuer, or replace its record", .registryWrite, AdminAPI.replaceIssuer),

        Route(
            "GET", "/v1/tasks", "List tasks", .registryRead, query: ["status", "after", "limit"], AdminAPI.listTasks),
        Route("POST", "/v1/tasks", "Open a task", .registryWrite, AdminAPI.createTask),
        Route("GET", "/v1/tasks/{id}", "Show a task with its tree of delegations", .registryRead, AdminAPI.showTask),
        Route("POST", "/v1/tasks/{id}/complete", "End a task, done", .registryWrite, AdminAPI.completeTask),
        Route("POST", "/v1/tasks/{id}/cancel", "End a task that must not go on", .registryWrite, AdminAPI.cancelTask),

        Route("GET", "/v1/delegations/{hash}", "Show a chain, root first", .registryRead, AdminAPI.showDelegation),
        Route(
            "POST", "/v1/delegations/{hash}/revoke", "End a delegation and all below it", .registryWrite,
            AdminAPI.revokeDelegation),
        Route("POST", "/v1/tokens/{jti}/revoke", "End a token", .registryWrite, AdminAPI.revokeToken),
        Route(
            "GET", "/v1/principals/{id}", "Show whether a principal is revoked", .registryRead, AdminAPI.showPrincipal),
        Route(
            "POST", "/v1/principals/{id}/revoke", "End every chain a principal started", .registryWrite,
            AdminAPI.revokePrincipal),
        Route(
            "POST", "/v1/principals/{id}/reinstate", "Let a principal start again", .registryWrite,
            AdminAPI.reinstatePrincipal),

        Route("GET", "/v1/keys", "List signing keys", .registryRead, AdminAPI.listKeys),
        Route("POST", "/v1/keys/rotate", "Move the signing keys one safe step along", .keysRotate, AdminAPI.rotateKeys),
        Route(
            "POST", "/v1/keys/{kid}/revoke", "Refuse every token of a key from now on", .keysRotate, AdminAPI.revokeKey),

        Route(
            "GET", "/v1/ledger", "Read the ledger, oldest first", .ledgerRead,
            query: [
                "agent", "task", "chain", "principal", "event", "since", "after", "limit", "latest", "format",
            ],
            AdminAPI.readLedger),
        Route(
            "POST", "/v1/registry", "Bring the registry to what a document says", .registryWrite,
            query: ["dry_run", "prune"],
            bodyLimit: 16 << 20, AdminAPI.applyRegistry),
        Route("GET", "/v1/status", "Whether the registry answers", .registryRead, AdminAPI.showStatus),
    ]
}
