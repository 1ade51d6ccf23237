import MandateCore

extension StoreEditor {
    /// Makes `key` the one whose signatures under checkpoints are good, and forgets what another one has signed.
    func replaceCheckpointKey(with key: VerifierKey) throws(Problem) {
        var record = LedgerRecord(at: now, event: .ledgerKeyReplaced)
        record.change = [
            "from": try checkpointKey().map { .string($0.description) } ?? .null, "to": .string(key.description),
        ]
        record.changedBy = "operator"
        try asking { () throws(StoreError) in
            try connection.run("UPDATE state SET checkpoint_key = ?", .text(key.description))
            try connection.run("DELETE FROM checkpoint")
        }
        try append(record)
    }
}
