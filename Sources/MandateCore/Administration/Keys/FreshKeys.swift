/// Private keys made before the transaction that publishes them, so that no published key is ever without its file;
/// a crash in between leaves a file that nobody refers to.
struct FreshKeys: Sendable {
    private let entries: [SignatureAlgorithm: Made]

    private struct Made: Sendable {
        let id: KeyID
        let publicKey: JSONValue
    }

    /// One key for each algorithm. When one cannot be made, none is kept.
    init(for algorithms: some Sequence<SignatureAlgorithm>, in store: any KeyStore) throws(Problem) {
        var entries: [SignatureAlgorithm: Made] = [:]
        do {
            for algorithm in Set(algorithms) {
                let made = try store.makeKey(algorithm)
                entries[algorithm] = Made(id: made.id, publicKey: made.publicKey)
            }
        } catch {
            for made in entries.values { Self.discard(made, from: store) }
            throw error
        }
        self.entries = entries
    }

    /// The key made for `algorithm`, as the registry shall publish it.
    func entry(for algorithm: SignatureAlgorithm, at now: Instant) throws(Problem) -> KeyEntry {
        guard let made = entries[algorithm] else {
            throw Problem(.unavailable, "the keys changed in the meantime and nothing was done: try again")
        }
        return KeyEntry(
            id: made.id, algorithm: algorithm, state: .next, createdAt: now, publicKey: made.publicKey)
    }

    /// Removes the files of those that were not used.
    func discard(except used: Set<KeyID> = [], from store: any KeyStore) {
        for made in entries.values where !used.contains(made.id) { Self.discard(made, from: store) }
    }

    /// Removes the files after a change that was refused. When it could not be written its fate is unknown: a crash may
    /// bring it back, with the key it publishes, and a published key without its file prevents the next start. A file that
    /// nobody refers to does no harm.
    func discard(after failure: Problem, from store: any KeyStore) {
        if failure.kind == .unavailable { return }
        discard(from: store)
    }

    /// A file that cannot be removed is referred to by nobody, and no reason to call what was done a failure.
    private static func discard(_ made: Made, from store: any KeyStore) {
        do { try store.removeKey(made.id) } catch {}
    }
}
