import MandateCore
import MandateVerifier

/// The links of a chain, or why they prove nothing: no fault of the command, but a reason to refuse the token.
typealias ChainReading = Result<ChainProof, ChainFailure>

extension ChainReading {
    /// Reads a file as `/delegations/{hash}` answers it.
    init(file path: String) throws(CommandFailure) {
        self.init(document: try FileBytes.read(path, limit: 1024 * 1024))
    }

    /// Reads `{"links":[…]}`.
    init(document bytes: [UInt8]) {
        self.init { () throws(ChainFailure) in try ChainProof(document: bytes) }
    }

    /// Reads the claim `delegation_chain`.
    init(links: JSONValue) {
        self.init { () throws(ChainFailure) in try ChainProof(links: links) }
    }
}
