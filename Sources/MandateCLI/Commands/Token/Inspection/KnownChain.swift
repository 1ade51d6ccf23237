import AsyncHTTPClient
import MandateCore
import MandateVerifier

/// The chain behind a token as far as it is known here: the links, or how to get them.
struct KnownChain {
    /// Nil while only the hash is known.
    let reading: ChainReading?
    private let remark: String

    private static let largest = 1024 * 1024

    init(_ reading: ChainReading) {
        self.reading = reading
        switch reading {
        case .success: remark = ""
        case .failure(let failure): remark = "its links prove nothing (\(failure.reason))"
        }
    }

    private init(remark: String) {
        reading = nil
        self.remark = remark
    }

    /// Only the hash is known.
    static func committed(to hash: ChainHash) -> KnownChain {
        KnownChain(
            remark: "only its hash is known, \(hash.text): the server shows the links to whoever bears a live token "
                + "(--server URL); else give them with --chain FILE")
    }

    /// The links as `server` has them, which shows them to whoever bears a live token that commits to them.
    static func fetched(_ hash: ChainHash, for token: String, from server: String) async throws -> KnownChain {
        let place = "\(server)/delegations/\(hash.text)"
        var request = HTTPClientRequest(url: place)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "accept", value: "application/json")
        let answer: Web.Answer
        do {
            answer = try await Web.answer(to: request, from: server, limit: largest)
        } catch let failure as CommandFailure {
            return KnownChain(remark: "\(failure)")
        }
        if answer.status == 401 {
            return KnownChain(
                remark: "\(server) does not accept the token (401): it was taken back, or issued by somebody else; "
                    + "mandate verify --revocations tells")
        }
        guard answer.status == 200 else {
            return KnownChain(remark: "\(place) answered \(answer.status): give the links with --chain FILE")
        }
        return KnownChain(ChainReading(document: answer.body))
    }

    func lines(for terminal: Terminal, at now: Instant) -> [String] {
        guard case .success(let proof) = reading else {
            return [terminal.styled(Terminal.harmless(remark), .doubtful)]
        }
        return ChainTree(proof: proof).lines(for: terminal, at: now)
    }

    /// The links; `null` when there are none that prove anything.
    var json: JSONValue {
        guard case .success(let proof) = reading else { return .null }
        return .array(proof.links.map(\.json))
    }
}
