public import MandateCore
import Synchronization

/// Lets in over the network whoever has an access token for this service that is good now, as far as its scopes go.
public final class AdminGate: Sendable {
    /// What tokens are judged with; used by one request at a time.
    public struct Bench {
        let registry: any Registry
        let service: TokenService

        public init(registry: any Registry, service: TokenService) {
            self.registry = registry
            self.service = service
        }
    }

    private let bench: Mutex<Bench>
    private let now: @Sendable () -> Instant

    public init(
        now: @escaping @Sendable () -> Instant, bench: @Sendable () throws(Problem) -> sending Bench
    ) throws(Problem) {
        self.now = now
        self.bench = Mutex(try bench())
    }

    /// Who asks with these `Authorization` values, when the token is enough for one of `scopes`; none asks for any good token.
    func administrator(with credentials: [String], for scopes: [AdminScope]) throws(AccessRefusal) -> Administrator {
        let token = try Self.token(in: credentials)
        guard let administrator = try judge(token) else { throw .invalidToken }
        guard let first = scopes.first else { return administrator }
        let isEnough = scopes.contains { scope in
            ScopeSet([scope.rawValue].compactMap { Scope($0) }).map(administrator.may) ?? false
        }
        guard isEnough else { throw .insufficientScope(first) }
        return administrator
    }

    private func judge(_ token: [UInt8]) throws(AccessRefusal) -> Administrator? {
        let time = now()
        do throws(Refusal) {
            let found = try bench.withLock { (bench) throws(Refusal) in
                let service = bench.service
                return try bench.registry.reading { (view) -> Result<Administrator?, Refusal> in
                    do throws(Refusal) {
                        return .success(try service.administrator(with: token, in: view, at: time))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return try found.get()
        } catch {
            throw .unavailable
        }
    }

    /// The token of the one `Bearer` credential (RFC 6750 §2.1).
    private static func token(in credentials: [String]) throws(AccessRefusal) -> [UInt8] {
        guard let credential = credentials.first else { throw .missing }
        guard credentials.count == 1 else { throw .severalCredentials }
        let parts = Array(credential.utf8).split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self).lowercased() == "bearer" else {
            throw .missing
        }
        guard parts[1].count <= longestToken else { throw .invalidToken }
        return Array(parts[1])
    }

    private static let longestToken = 16 << 10
}

/// Why somebody is not let in.
enum AccessRefusal: Error, Hashable, Sendable {
    /// No token was sent.
    case missing
    case severalCredentials
    /// No access token for this service, or none that is good now. Which of it is not said.
    case invalidToken
    case insufficientScope(AdminScope)
    /// The route is for the Unix socket.
    case socketOnly
    /// It cannot be told now.
    case unavailable
}
