/// The questions about the proof that the ledger is whole.
public protocol LedgerProofReader {
    /// Whose signatures under checkpoints are good; nil until a server ran.
    func checkpointKey() throws(Problem) -> VerifierKey?
    /// The newest signed checkpoint; nil until a server ran.
    func latestCheckpoint() throws(Problem) -> StoredCheckpoint?
    /// The signed checkpoints that are kept of more than `size` records, the smallest first.
    func checkpoints(after size: Int64, limit: Int) throws(Problem) -> [StoredCheckpoint]
    /// How many records the ledger has: the number of the last.
    func ledgerSize() throws(Problem) -> Int64
    /// The root of the Merkle tree over a range of records, the first of which has number 0; of one record its leaf hash.
    func ledgerRoot(of leaves: Range<Int64>) throws(Problem) -> [UInt8]
    /// The audit path from a record to the root over `size` records (RFC 9162 §2.1.3).
    func inclusionProof(of index: Int64, in size: Int64) throws(Problem) -> [[UInt8]]
    /// That the ledger of `to` records continues the one of `from` (RFC 9162 §2.1.4).
    func consistencyProof(from: Int64, to: Int64) throws(Problem) -> [[UInt8]]
}
