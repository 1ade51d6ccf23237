import MandateCore
import Synchronization

/// The keys of trusted issuers, parsed once and shared by all event loops. A file is looked at again once a second.
///
/// Keys are as good as their source is now: from a file that cannot be read any more, none are left.
public final class IssuerKeys: Sendable {
    /// What became of one source of keys.
    private struct Reading {
        let source: TrustedIssuer.Keys
        var lookedAt: Instant
        var stamp: KeySetFile.Stamp?
        var keys: JWKS?
        var fault: String?
    }

    private let readings = Mutex<[Label: Reading]>([:])
    private let now: @Sendable () -> Instant
    private let report: @Sendable (String) -> Void

    /// How long a file is not looked at again, in milliseconds.
    private static let pause: Int64 = 1000

    /// - Parameter report: Told once why the keys of an issuer are no good, for the operators' log.
    public init(now: @escaping @Sendable () -> Instant, report: @escaping @Sendable (String) -> Void) {
        self.now = now
        self.report = report
    }

    /// The keys that prove tokens of `issuer` now, or nil when there are none: then its tokens are refused.
    func current(of issuer: TrustedIssuer) -> JWKS? {
        let (keys, fault) = readings.withLock { readings in
            let known = readings[issuer.issuer].flatMap { $0.source == issuer.keys ? $0 : nil }
            let reading = read(issuer.keys, after: known)
            readings[issuer.issuer] = reading
            return (reading.keys, reading.fault == known?.fault ? nil : reading.fault)
        }
        if let fault { report("tokens of issuer \(issuer.issuer) are refused: \(fault)") }
        return keys
    }

    private func read(_ source: TrustedIssuer.Keys, after known: Reading?) -> Reading {
        let now = now()
        if let known {
            let age = now.milliseconds - known.lookedAt.milliseconds
            if source.file == nil || (0..<Self.pause).contains(age) { return known }
        }
        var reading = Reading(source: source, lookedAt: now)
        do throws(JOSEError) {
            switch source {
            case .inline(let json):
                reading.keys = try JWKS(usable: json.canonical)
            case .file(let path):
                guard let found = try KeySetFile(path: path).bytes(unless: known?.stamp) else {
                    reading = known ?? reading
                    reading.lookedAt = now
                    return reading
                }
                reading.stamp = found.stamp
                reading.keys = try JWKS(usable: found.bytes)
            }
        } catch {
            reading.fault = source.sentence(on: error)
        }
        return reading
    }
}

extension IssuerKeys: KeySets {
    /// Reads them anew, whatever was read before.
    public func check(_ keys: TrustedIssuer.Keys) throws(Problem) {
        do throws(JOSEError) {
            switch keys {
            case .inline(let json): _ = try JWKS(usable: json.canonical)
            case .file(let path): _ = try JWKS(usable: try KeySetFile(path: path).bytes())
            }
        } catch {
            throw Problem(.invalid, "cannot be used: \(keys.sentence(on: error)); give a set of public keys (RFC 7517)")
        }
    }
}

extension JWKS {
    /// A set with at least one key that can prove something.
    fileprivate init(usable bytes: [UInt8]) throws(JOSEError) {
        try self.init(strict: bytes)
        guard !keys.isEmpty else { throw .unsupportedKey("it has no key for RS256, ES256, EdDSA or PS256 signatures") }
    }
}

extension TrustedIssuer.Keys {
    /// What is wrong with these keys.
    fileprivate func sentence(on error: JOSEError) -> String {
        switch error {
        case .keyFile(let sentence): sentence
        case .malformed(let sentence), .unsupportedKey(let sentence): file.map { "\($0): \(sentence)" } ?? sentence
        case .unsupportedAlgorithm, .badSignature, .wrongType, .unknownKey, .cryptoFailure: "OpenSSL failed"
        }
    }
}
