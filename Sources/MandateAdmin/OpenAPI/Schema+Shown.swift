import MandateCore

/// Records as they are answered.
extension Schema {
    static let shown: [(key: String, value: Schema)] = [
        ("Agent", agent()), ("SavedAgent", agent(saved)),
        ("AgentType", type()), ("SavedAgentType", type(saved)),
        ("Audience", audience()), ("SavedAudience", audience(saved)),
        ("Issuer", issuer()), ("SavedIssuer", issuer(saved)),
        ("Task", task()), ("TaskWithLinks", task([("links", .list(of: .ref("Link")))])),
        (
            "Link",
            .object([
                "delegation_chain_hash": .ref("ChainHash"), "delegator": .string(), "delegate": .ref("AgentID"),
                "depth": .integer(), "jti": .ref("TokenID").orNull, "authority": .ref("Authority"),
                "issued_at": .ref("Time").orNull, "expires_at": .ref("Time").orNull, "status": .word(LinkStatus.self),
                "links": .list(of: .ref("Link")),
            ])
        ),
        (
            "Chain",
            .object([
                "delegation_chain_hash": .ref("ChainHash"),
                "links": Schema.list(of: .map(to: .anything)).described("Root first, as they were hashed."),
                "status": .word(LinkStatus.self),
            ])
        ),
        (
            "Attestation",
            .object([
                "method": .ref("Label"), "attestor": .ref("Text").orNull, "evidence": .ref("Text").orNull,
                "reason": .ref("Text").orNull, "by": .string(), "at": .ref("Time"),
            ])
        ),
        (
            "Attested",
            .object([
                "attestation": .ref("Attestation"), "tokens": .integer(0...0), "links": .integer(0...0),
                "latest_exp": .ref("Time").orNull,
            ])
        ),
        (
            "Principal",
            .object([
                "id": .ref("Label"), "status": .word(["active", "revoked"]), "revoked_at": .ref("Time").orNull,
            ])
        ),
        (
            "Secret",
            .object(["client_id": .ref("AgentID"), "client_secret": .string(), "n": .integer(1...Int64(Int32.max))])
                .described("The only time that the secret is told.")
        ),
        (
            "Key",
            .object([
                "kid": .ref("KeyID"), "algorithm": .word(SignatureAlgorithm.self), "state": .word(KeyState.self),
                "created_at": .ref("Time"), "activated_at": .ref("Time").orNull, "retired_at": .ref("Time").orNull,
                "public_key": .map(to: .anything),
            ])
        ),
        (
            "KeyRotation",
            .object([
                "steps": .list(
                    of: .object([
                        "action": .word(["publish", "activate", "retire", "remove", "wait"]), "kid": .ref("KeyID"),
                        "algorithm": .word(SignatureAlgorithm.self), "until": .ref("Time").orNull,
                    ])), "warnings": .ref("Warnings"),
            ])
        ),
        (
            "KeyRevocation",
            .object([
                "kid": .ref("KeyID"), "algorithm": .word(SignatureAlgorithm.self), "state": .word(["revoked"]),
                "active": .ref("KeyID").orNull, "warnings": .ref("Warnings"),
            ])
        ),
        (
            "LedgerRecord",
            .object(
                ["seq": .integer(1...Int64.max), "at": .ref("Time"), "event": .string(), "prev": .string().orNull],
                open: true
            ).described("Byte for byte as it is chained.")
        ),
        (
            "AppliedPlan",
            .object([
                "changes": .list(
                    of: .object([
                        "action": .word(["add", "change", "remove"]),
                        "kind": .word(["audience", "issuer", "agent", "agent_type", "policy"]), "id": .string(),
                        "fields": .list(of: .string()),
                    ])), "applied": .bool, "warnings": .ref("Warnings"),
            ])
        ),
        ("Status", .object(["status": .word(["ok"]), "signing_keys": .map(to: .ref("KeyID"))])),
        (
            "Client",
            .object(
                [
                    "client_id": .ref("AgentID"), "client_secret": .string(), "client_id_issued_at": .integer(),
                    "client_secret_expires_at": .integer(0...0), "grant_types": .list(of: .string()),
                    "token_endpoint_auth_method": .string(), "scope": .string(),
                ], open: true
            ).described("RFC 7591 §3.2.1, with the members of the agent.")
        ),
        (
            "ClientError",
            .object(["error": .word(["invalid_client_metadata"]), "error_description": .string()])
                .described("RFC 7591 §3.2.2.")
        ),
        ("OpenAPI", .object(["openapi": .string("^3\\.1\\.[0-9]+$")], open: true)),
    ]

    private typealias Members = [(key: String, value: Schema)]
    private static let saved: Members = [("warnings", .ref("Warnings"))]

    private static func record(_ members: KeyValuePairs<String, Schema>, _ more: Members) -> Schema {
        let all = members.map { ($0.key, $0.value) } + more.map { ($0.key, $0.value) }
        return Schema([
            JSONMember(name: "type", value: "object"),
            JSONMember(name: "properties", value: .object(all.map { JSONMember(name: $0.0, value: $0.1.json) })),
            JSONMember(name: "additionalProperties", value: false),
            JSONMember(name: "required", value: .array(all.map { .string($0.0) })),
        ])
    }

    private static let quotas = Schema.map(to: .ref("Quota"), keys: .ref("AudienceID"), atLeast: 1).orNull

    private static func agent(_ more: Members = []) -> Schema {
        record(
            [
                "id": .ref("AgentID"), "type": .ref("AgentTypeID"), "version": .ref("Label").orNull,
                "model": .ref("Label").orNull, "deployment": .ref("Label").orNull, "owner": .ref("Label"),
                "team": .ref("Label").orNull, "environment": .ref("Label").orNull, "description": .ref("Text").orNull,
                "status": .word(AgentStatus.self), "capabilities": .ref("Authority").orNull,
                "delegation": .ref("Delegation").orNull, "grants": .list(of: .word(GrantKind.self)),
                "may_start_chains": .bool, "may_report_risk": .bool, "expires_at": .ref("Time").orNull,
                "quotas": quotas,
                "credentials": .list(
                    of: .object([
                        "kind": .word(["client_secret"]), "n": .integer(1...Int64(Int32.max)),
                        "created_at": .ref("Time"), "last_rotated_at": .ref("Time").orNull,
                        "last_used_at": .ref("Time").orNull,
                    ])),
                "status_changed": Schema.object([
                    "at": .ref("Time"), "by": .string(), "reason": .ref("Text").orNull,
                ]).orNull,
                "attestation": .ref("Attestation").orNull,
                "created_at": .ref("Time"), "last_active_at": .ref("Time").orNull,
                "delegation_chain_hash": .ref("ChainHash").orNull,
            ], more)
    }

    private static func type(_ more: Members = []) -> Schema {
        record(
            [
                "id": .ref("AgentTypeID"), "capabilities": .ref("Authority").orNull,
                "delegation": .ref("Delegation").orNull, "status": .word(RegistryStatus.self), "quotas": quotas,
            ], more)
    }

    private static func audience(_ more: Members = []) -> Schema {
        record(
            [
                "id": .ref("AudienceID"), "resource": .string().orNull,
                "scopes": .list(
                    of: .object([
                        "name": .ref("Scope"), "class": .word(ScopeClass.self), "sensitivity": .ref("Label").orNull,
                    ])),
                "default_scopes": Schema.list(of: .ref("Scope")).orNull, "max_lifetime": Schema.integer().orNull,
                "environment": .ref("Label").orNull, "claims": .word(ClaimsProfile.self),
                "algorithm": .word(SignatureAlgorithm.self), "chain": .word(ChainPresentation.self),
                "namespace": Schema.string().orNull, "require_task": .bool, "status": .word(RegistryStatus.self),
                "quota": .ref("Quota").orNull,
            ], more)
    }

    private static func issuer(_ more: Members = []) -> Schema {
        record(
            [
                "issuer": .ref("Label"), "jwks": Schema.map(to: .anything).orNull, "jwks_file": Schema.string().orNull,
                "audiences": .list(of: .ref("Label")), "principal_claim": .ref("Label"),
                "delegable": .list(
                    of: .object(["when": Schema.map(to: claimValue).orNull, "authority": .ref("Authority")])),
            ], more)
    }

    private static func task(_ more: Members = []) -> Schema {
        record(
            [
                "id": .ref("TaskID"), "principal": .ref("Label").orNull, "purpose": Schema.string().orNull,
                "status": .word(TaskStatus.self), "deadline": .ref("Time").orNull, "created_at": .ref("Time"),
                "created_by": .string(), "ended_at": .ref("Time").orNull, "ended_by": Schema.string().orNull,
                "holder": .ref("AgentID").orNull,
            ], more)
    }
}
