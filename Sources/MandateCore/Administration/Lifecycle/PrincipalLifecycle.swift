/// Ends what people started, and lets them start again.
public struct PrincipalLifecycle: Sendable {
    private let administration: any RegistryAdministration

    public init(administration: any RegistryAdministration) {
        self.administration = administration
    }

    /// Every chain the principal started is dead when this returns, it can start none, and the agents it owns no longer
    /// act for themselves.
    public func revoke(
        _ id: Label, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            if try editor.revocation(of: id) != nil { return Cut() }
            let cut = try editor.cut(principal: id)
            try editor.revoke(id)
            try editor.record(
                .principalRevoked, .change(of: id.rawValue, because: reason, cut), by: operatorName
            ) { record in record.principal = id.rawValue }
            return cut
        }
    }

    /// The principal may start chains again, and its agents act for themselves. What it started before stays dead.
    public func reinstate(
        _ id: Label, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            if try editor.revocation(of: id) == nil { return Cut() }
            for root in try editor.roots(of: id) where root.status != .revoked {
                try editor.revoke(
                    .link(root.link.number),
                    until: root.expiry ?? editor.now.advanced(bySeconds: Lifetimes.delegationToken))
                try editor.relink(root)
            }
            try editor.reinstate(id)
            try editor.record(
                .principalReinstated, .change(of: id.rawValue, because: reason), by: operatorName
            ) { record in record.principal = id.rawValue }
            return Cut()
        }
    }
}
