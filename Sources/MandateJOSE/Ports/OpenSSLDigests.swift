import MandateCore

/// SHA-256 and comparisons by OpenSSL.
public struct OpenSSLDigests: Digests {
    public init() {}

    public func sha256(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try SHA256.hash(bytes)
        } catch {
            throw .unavailable(.cryptography)
        }
    }

    public func hmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try HMAC.code(of: message, key: key)
        } catch {
            throw .unavailable(.cryptography)
        }
    }

    public func running() throws(Refusal) -> any RunningDigest {
        do throws(JOSEError) {
            return try RunningSHA256()
        } catch {
            throw .unavailable(.cryptography)
        }
    }

    public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        constantTimeEqual(left, right)
    }
}

extension RunningSHA256: RunningDigest {
    func add(_ block: [UInt8]) throws(Refusal) {
        do throws(JOSEError) {
            try update(block)
        } catch {
            throw .unavailable(.cryptography)
        }
    }

    func finish() throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try final()
        } catch {
            throw .unavailable(.cryptography)
        }
    }
}

extension RandomBytes: RandomSource {
    public func bytes(_ count: Int) throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try take(count)
        } catch {
            throw .unavailable(.cryptography)
        }
    }

    /// Fresh bytes for whoever needs a few, once.
    @Sendable public static func few(_ count: Int) throws(Refusal) -> [UInt8] {
        do throws(JOSEError) {
            return try fresh(count)
        } catch {
            throw .unavailable(.cryptography)
        }
    }
}
