import MandateCore
import MandateJOSE

/// Checks records one after the other, in bounded memory: that each is its own canonical form, follows the one before
/// it by number, and names the hash of it (docs/ledger.md).
struct LedgerVerification {
    private(set) var count = 0
    private(set) var lastSequence: Int64
    /// The leaf hash of the last record: `sha256:` and hex; nil before the first.
    private(set) var head: String?

    /// Expects the record after `sequence`; what that one was is unknown unless it is 0, the beginning.
    init(after sequence: Int64 = 0) {
        lastSequence = sequence
    }

    /// Checks the next record.
    mutating func check(_ bytes: [UInt8]) throws(LedgerFault) {
        let (expected, overflow) = lastSequence.addingReportingOverflow(1)
        guard !overflow else { throw LedgerFault(sequence: lastSequence, why: "no number comes after it") }
        let record: JSONValue
        do throws(JSONError) {
            record = try JSONValue(strict: bytes)
        } catch {
            throw LedgerFault(sequence: expected, why: "it is not strict JSON")
        }
        guard record.members != nil, let sequence = record["seq"]?.integer else {
            throw LedgerFault(sequence: expected, why: "it has no seq")
        }
        guard sequence == expected else {
            throw LedgerFault(sequence: sequence, why: "record \(expected) belongs here")
        }
        guard record.canonical == bytes else {
            throw LedgerFault(sequence: sequence, why: "it is not in canonical form (RFC 8785)")
        }
        try checkPrevious(record["prev"], of: sequence)
        do throws(JOSEError) {
            head = "sha256:" + Hex.encode(try SHA256.hash([0x00] + bytes))
        } catch {
            throw LedgerFault(sequence: sequence, why: "it could not be hashed")
        }
        lastSequence = sequence
        count += 1
    }

    private func checkPrevious(_ previous: JSONValue?, of sequence: Int64) throws(LedgerFault) {
        if sequence == 1 {
            guard previous == .null else { throw LedgerFault(sequence: sequence, why: "its prev is not null") }
        } else if let head {
            guard previous == .string(head) else {
                let why = "its prev is not the hash of record \(sequence - 1): one of the two was changed"
                throw LedgerFault(sequence: sequence, why: why)
            }
        } else {
            guard let text = previous?.string, text.hasPrefix("sha256:"), text.utf8.count == 71 else {
                throw LedgerFault(sequence: sequence, why: "its prev is no hash")
            }
        }
    }
}

/// The first record that is not as it was written.
struct LedgerFault: Error, Hashable {
    let sequence: Int64
    let why: String
}
