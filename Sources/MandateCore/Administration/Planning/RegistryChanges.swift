/// Brings the registry to what a document or a single record says. A single record is a document of one.
public struct RegistryChanges: Sendable {
    let administration: any RegistryAdministration
    let keys: any KeyStore
    let issuers: IssuerRules
    let policies: PolicyRules

    public init(
        administration: any RegistryAdministration, keys: any KeyStore, issuers: IssuerRules, policies: PolicyRules
    ) {
        self.administration = administration
        self.keys = keys
        self.issuers = issuers
        self.policies = policies
    }

    /// What ``apply(_:prune:by:)`` would do, with all its checks; nothing is changed.
    public func plan(_ document: RegistryDocument, prune: Bool) throws(Problem) -> AppliedPlan {
        try issuers.check(document)
        try policies.check(document)
        return try administration.reading { (reader) throws(Problem) in
            let plan = try RegistryPlan(document, prune: prune, over: reader)
            return AppliedPlan(changes: plan.changes, warnings: plan.warnings, applied: false)
        }
    }

    /// Applies a document in one transaction, or nothing of it. The second time there is nothing to do.
    public func apply(
        _ document: RegistryDocument, prune: Bool, by operatorName: String
    ) async throws(Problem) -> AppliedPlan {
        try issuers.check(document)
        try policies.check(document)
        return try await carryOut(by: operatorName) { (reader) throws(Problem) in
            try RegistryPlan(document, prune: prune, over: reader)
        } answer: { (_, plan) throws(Problem) in
            AppliedPlan(changes: plan.changes, warnings: plan.warnings, applied: true)
        }
    }

    /// Plans, makes the signing keys that the plan needs, then plans again and carries out in one transaction, and `more`
    /// with it.
    func carryOut<Answer: Sendable>(
        by operatorName: String,
        _ plan: @escaping @Sendable (any RegistryReader) throws(Problem) -> RegistryPlan,
        then more: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Void = { (_) throws(Problem) in },
        answer: @escaping @Sendable (any RegistryReader, RegistryPlan) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let preview = try administration.reading { (reader) throws(Problem) in
            let planned = try plan(reader)
            let active = Set(try reader.keys().filter { $0.state == .active }.map(\.algorithm))
            return (
                answer: planned.steps.isEmpty ? try answer(reader, planned) : nil,
                missingKeys: planned.algorithms.filter { !active.contains($0) }
            )
        }
        if let unchanged = preview.answer { return unchanged }
        let fresh = try FreshKeys(for: preview.missingKeys, in: keys)
        let done: (answer: Answer, used: Set<KeyID>)
        do {
            done = try await administration.changing { (editor) throws(Problem) in
                let planned = try plan(editor)
                let used = try editor.ensureKeys(planned.algorithms, with: fresh, by: operatorName)
                try planned.carryOut(in: editor, by: operatorName)
                try more(editor)
                return (try answer(editor, planned), used)
            }
        } catch {
            fresh.discard(after: error, from: keys)
            throw error
        }
        fresh.discard(except: done.used, from: keys)
        return done.answer
    }
}
