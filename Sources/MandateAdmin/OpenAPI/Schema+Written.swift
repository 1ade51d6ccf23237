import MandateCore

/// Records as they are sent.
extension Schema {
    static let written: [(key: String, value: Schema)] = [
        ("AgentWritten", .sent(agentMembers, needed: ["id", "type", "owner"])),
        ("AgentReplacement", .sent(agentMembers, needed: ["type", "owner"])),
        ("AgentPatch", .sent(agentMembers).described("RFC 7396: null removes a member.")),
        ("AgentTypeWritten", .sent(typeMembers, needed: ["id"])),
        ("AgentTypeReplacement", .sent(typeMembers)),
        ("AudienceWritten", .sent(audienceMembers, needed: ["id", "scopes"])),
        ("AudienceReplacement", .sent(audienceMembers, needed: ["scopes"])),
        ("IssuerWritten", .sent(issuerMembers, needed: ["issuer"] + issuerNeeds)),
        ("IssuerReplacement", .sent(issuerMembers, needed: issuerNeeds)),
        (
            "AttestationWritten",
            .sent([
                "method": .ref("Label"), "attestor": .ref("Text"), "evidence": .ref("Text"), "reason": .ref("Text"),
            ])
        ),
        (
            "TaskWritten",
            .sent(
                [
                    "id": .ref("TaskID"), "principal": .ref("Label"), "purpose": .string("^[ -~]{1,512}$"),
                    "deadline": .ref("Time"),
                ], needed: ["id"])
        ),
        (
            "RegistryDocument",
            .sent([
                "audiences": .list(of: .ref("AudienceWritten")), "agent_types": .list(of: .ref("AgentTypeWritten")),
                "agents": .list(of: .ref("AgentWritten")), "issuers": .list(of: .ref("IssuerWritten")),
                "policies": .list(of: .ref("Policy")),
            ])
        ),
        (
            "ClientMetadata",
            .object(clientMembers, optional: clientMembers.map(\.key), open: true)
                .described(
                    "RFC 7591 client metadata and the members of an agent. Unknown names are ignored, unless they are "
                        + "nearly one of an agent's.")
        ),
    ]

    private static let agentMembers: KeyValuePairs<String, Schema> = [
        "id": .ref("AgentID"), "type": .ref("AgentTypeID"), "version": .ref("Label"), "model": .ref("Label"),
        "deployment": .ref("Label"), "owner": .ref("Label"), "team": .ref("Label"), "environment": .ref("Label"),
        "description": .ref("Text"), "status": .word(["active", "suspended"]), "capabilities": .ref("Authority"),
        "delegation": .ref("Delegation"), "grants": .list(of: .word(GrantKind.self)), "may_start_chains": .bool,
        "may_report_risk": .bool, "expires_at": .ref("Time"), "quotas": quotas,
    ]

    private static let clientMembers: KeyValuePairs<String, Schema> = [
        "client_id": .ref("AgentID").orNull, "client_name": .ref("Text").orNull,
        "grant_types": Schema.list(of: .word(GrantKind.allCases.map(\.grantType))).orNull,
        "token_endpoint_auth_method": Schema.word(ClientMetadata.AuthenticationMethod.self).orNull,
        "scope": .string().orNull, "id": .ref("AgentID").orNull, "type": .ref("AgentTypeID"), "owner": .ref("Label"),
        "version": .ref("Label").orNull, "model": .ref("Label").orNull, "deployment": .ref("Label").orNull,
        "team": .ref("Label").orNull, "environment": .ref("Label").orNull, "description": .ref("Text").orNull,
        "status": Schema.word(["active", "suspended"]).orNull, "capabilities": .ref("Authority").orNull,
        "delegation": .ref("Delegation").orNull, "may_start_chains": Schema.bool.orNull,
        "may_report_risk": Schema.bool.orNull,
        "expires_at": .ref("Time").orNull, "quotas": quotas.orNull,
    ]

    private static let typeMembers: KeyValuePairs<String, Schema> = [
        "id": .ref("AgentTypeID"), "capabilities": .ref("Authority"), "delegation": .ref("Delegation"),
        "status": .word(RegistryStatus.self), "quotas": quotas,
    ]

    private static let audienceMembers: KeyValuePairs<String, Schema> = [
        "id": .ref("AudienceID"), "resource": .string(nil, 1...512),
        "scopes": .list(
            of: .sent(
                ["name": .ref("Scope"), "class": .word(ScopeClass.self), "sensitivity": .ref("Label")],
                needed: ["name", "class"]), atLeast: 1),
        "default_scopes": .list(of: .ref("Scope")), "max_lifetime": lifetime, "environment": .ref("Label"),
        "claims": .word(ClaimsProfile.self), "algorithm": .word(SignatureAlgorithm.self),
        "chain": .word(ChainPresentation.self), "namespace": .string(nil, 1...256), "require_task": .bool,
        "status": .word(RegistryStatus.self), "quota": .ref("QuotaWritten"),
    ]

    private static let lifetime = span(Lifetimes.shortest...Lifetimes.accessToken, "smh")

    private static let quotas = Schema.map(to: .ref("QuotaWritten"), keys: .ref("AudienceID"))

    /// A duration in one of the units, or in seconds.
    static func span(_ seconds: ClosedRange<Int64>, _ units: String) -> Schema {
        Schema([
            JSONMember(
                name: "anyOf",
                value: .array([
                    Schema.integer(seconds).json, Schema.string("^[0-9]{1,9}[\(units)]$").json,
                ]))
        ])
    }

    private static let issuerNeeds = ["audiences", "principal_claim", "delegable"]

    private static let issuerMembers: KeyValuePairs<String, Schema> = [
        "issuer": .ref("Label"),
        "jwks": Schema.object(["keys": .list(of: .map(to: .anything))], open: true).described("RFC 7517."),
        "jwks_file": .string(nil, 1...512).described("Instead of jwks: an absolute path on the host of the service."),
        "audiences": .list(of: .ref("Label"), atLeast: 1), "principal_claim": .ref("Label"),
        "delegable": .list(
            of: .sent(
                [
                    "when": .map(to: claimValue, keys: .ref("Label"), atLeast: 1), "authority": .ref("Authority"),
                ], needed: ["authority"]), atLeast: 1),
    ]

    static let claimValue = Schema([
        JSONMember(name: "type", value: ["string", "integer", "boolean"])
    ])
}
