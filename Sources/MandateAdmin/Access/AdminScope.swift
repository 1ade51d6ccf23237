/// The scopes of the admin API: what an access token for this service's own issuer lets its holder administer.
enum AdminScope: String, CaseIterable, Sendable {
    case registryRead = "registry:read"
    case registryWrite = "registry:write"
    case approvalsDecide = "approvals:decide"
    case ledgerRead = "ledger:read"
    case keysRotate = "keys:rotate"
}
