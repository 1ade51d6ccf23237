import MandateVerifier

/// The links of a chain in a file, as `/delegations/{hash}` answers them.
enum ChainFile {
    static func proof(at path: String) throws(CommandFailure) -> ChainProof {
        let bytes = try FileBytes.read(path, limit: 1024 * 1024)
        do throws(ChainFailure) {
            return try ChainProof(document: bytes)
        } catch {
            throw CommandFailure("\(path) proves no chain (\(error.reason)): give the answer of /delegations/{hash}")
        }
    }
}
