import MandateCore
import MandateJOSE
import MandateStore

/// Where the key is that signs the ledger's checkpoints.
struct LedgerKeys: Sendable {
    let directory: KeyDirectory
    /// What a new key is called.
    let name: NoteKeyName

    /// Signs the ledger of a store from now on, with the key that its database names. One that names none takes the key
    /// that is there, or a new one.
    func sign(_ store: Store) async throws(Problem) {
        let key =
            if let known = try store.checkpointKey() {
                try LedgerKey.read(known, in: directory)
            } else {
                try LedgerKey.adopt(named: name, in: directory)
            }
        try await store.signCheckpoints(with: key, checkedBy: Ed25519Notes())
    }

    /// Replaces the key; the file of the old one stays under another name.
    func rotate(in store: Store) async throws(Problem) -> VerifierKey {
        let known = try store.checkpointKey()
        try store.checkCheckpoints(by: known, checkedBy: Ed25519Notes())
        try LedgerKey.setAside(in: directory, at: Clock.now())
        let key = try LedgerKey.adopt(named: known?.name ?? name, in: directory).verifierKey
        try await store.replaceCheckpointKey(with: key)
        return key
    }
}
