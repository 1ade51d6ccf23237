/// Moves signing keys along: next (published) → active (signs) → retiring (verifies) → gone.
///
/// A key is published before its first signature and after its last for as long as the slowest verifier caches.
public struct KeyRotation: Sendable {
    let administration: any RegistryAdministration
    let store: any KeyStore
    /// Seconds.
    let overlap: Int64

    /// `overlap` is never less than the longest token life and a minute.
    public init(administration: any RegistryAdministration, keys: any KeyStore, overlap: Int64) {
        self.administration = administration
        self.store = keys
        self.overlap = max(overlap, Lifetimes.delegationToken + 60)
    }

    /// Takes one safe step for every algorithm in use.
    public func rotate(by operatorName: String) async throws(Problem) -> KeyRotationOutcome {
        let wanted = try administration.reading { (reader) throws(Problem) in try reader.algorithmsToMakeKeysFor() }
        let fresh = try FreshKeys(for: wanted, in: store)
        let steps: [KeyStep]
        do {
            steps = try await administration.changing { (editor) throws(Problem) in
                try editor.rotate(with: fresh, overlap: overlap, by: operatorName)
            }
        } catch {
            fresh.discard(after: error, from: store)
            throw error
        }
        fresh.discard(except: Set(steps.map(\.key)), from: store)
        let removed = steps.filter { $0.action == .remove }.map(\.key)
        return KeyRotationOutcome(steps: steps, warnings: removed.compactMap(removeFile))
    }

    /// Takes the key out of the JWKS and out of use at once; verifiers refuse its tokens when they fetch the JWKS again.
    /// Revoking a revoked key again only makes sure its file is gone.
    public func revoke(
        _ id: KeyID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> KeyRevocation {
        let (revoked, active) = try await administration.changing { (editor) throws(Problem) in
            try editor.revoke(id, because: reason, by: operatorName)
        }
        return KeyRevocation(
            key: id, algorithm: revoked.algorithm, active: active?.id, warnings: [id].compactMap(removeFile))
    }

    /// The registry has forgotten the key already, so a file that stays is told and not an error.
    private func removeFile(_ id: KeyID) -> String? {
        do {
            try store.removeKey(id)
            return nil
        } catch {
            return "the file of key \(id) could not be removed (\(error.detail)): remove it by hand"
        }
    }
}

extension RegistryReader {
    /// The algorithms that some audience signs with or some published key is for; ES256 always.
    func algorithmsInUse() throws(Problem) -> [SignatureAlgorithm] {
        let used = Set(try audiences().map(\.algorithm) + keys().filter(\.state.isPublished).map(\.algorithm))
        return SignatureAlgorithm.allCases.filter { $0 == .es256 || used.contains($0) }
    }

    /// A rotation makes a next key where none is published for it.
    fileprivate func algorithmsToMakeKeysFor() throws(Problem) -> [SignatureAlgorithm] {
        let keys = try keys()
        return try algorithmsInUse().filter { algorithm in
            !keys.contains { $0.algorithm == algorithm && $0.state == .next }
        }
    }
}
