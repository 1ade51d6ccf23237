import MandateCore

/// A set of public keys (RFC 7517 §5).
public struct JWKS: Sendable {
    /// How many keys a set may have.
    public static let limit = 100

    /// The keys in their order; no two have the same `kid`.
    public let keys: [JWK]

    /// A set of these keys, in this order.
    public init(_ keys: [JWK]) throws(JOSEError) {
        guard keys.count <= Self.limit else { throw .malformed("a key set has more than \(Self.limit) keys") }
        var seen: Set<[UInt8]> = []
        for kid in keys.compactMap(\.kid) where !seen.insert(Array(kid.utf8)).inserted {
            throw .malformed("a key set has two keys with the same kid")
        }
        self.keys = keys
    }

    /// Reads a set. Keys that are not supported are skipped, as RFC 7517 §5 asks; supported ones that are malformed,
    /// and private ones, spoil the set.
    public init(strict bytes: [UInt8]) throws(JOSEError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(strict: bytes)
        } catch {
            throw .malformed("a key set is not strict JSON")
        }
        guard json.members != nil, let entries = json["keys"]?.array else {
            throw .malformed("a key set is a JSON object with an array called keys")
        }
        guard entries.count <= Self.limit else { throw .malformed("a key set has more than \(Self.limit) keys") }
        var keys: [JWK] = []
        for entry in entries {
            do throws(JOSEError) {
                keys.append(try JWK(entry))
            } catch .unsupportedKey {
                continue
            }
        }
        try self.init(keys)
    }

    /// The key with exactly this `kid`.
    public func key(kid: String) -> JWK? {
        keys.first { key in key.kid?.utf8.elementsEqual(kid.utf8) ?? false }
    }

    /// The bytes to publish: RFC 8785, public members only.
    public var canonical: [UInt8] {
        let keys = JSONMember(name: "keys", value: .array(keys.map(\.json)))
        return JSONValue.object([keys]).canonical
    }
}
