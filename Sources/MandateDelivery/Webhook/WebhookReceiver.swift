import AsyncHTTPClient
import MandateCore
import NIOCore
import NIOSSL

/// A receiver over HTTP: batches of lines are posted, and any 2xx says that it has them.
final class WebhookReceiver: Receiver {
    /// The answer is the proof.
    let settling = Duration.zero
    let isIntact = true
    private let url: String
    private let format: LedgerFormat
    private let token: (@Sendable () throws(Problem) -> String)?
    private let client: HTTPClient

    private static let connectWithin = TimeAmount.seconds(5)
    private static let answerWithin = TimeAmount.seconds(10)
    private static let longestAnswer = 64 * 1024

    init(
        at url: String, format: LedgerFormat, tls: TLSConfiguration, token: (@Sendable () throws(Problem) -> String)?
    ) {
        self.url = url
        self.format = format
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        // Records go where the operator said and nowhere else.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = Self.connectWithin
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func take(_ records: [StoredRecord]) async throws(DeliveryFailure) {
        guard let first = records.first, let last = records.last else { return }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: format.contentType)
        request.headers.add(name: "User-Agent", value: "mandate/\(Product.version)")
        request.headers.add(name: "Mandate-First-Seq", value: String(first.sequence))
        request.headers.add(name: "Mandate-Last-Seq", value: String(last.sequence))
        if let token = try bearer() { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        var body = ByteBuffer()
        for record in records {
            body.writeBytes(format.line(of: record))
            body.writeInteger(UInt8(ascii: "\n"))
        }
        request.body = .bytes(body)
        let status = try await answer(to: request)
        guard (200..<300).contains(status) else { throw DeliveryFailure("the receiver answered \(status)") }
    }

    func disconnect() async {}

    func close() async {
        do { try await client.shutdown() } catch {}
    }

    /// The status. What follows it changes nothing, and is read only so that the connection can be used again.
    private func answer(to request: HTTPClientRequest) async throws(DeliveryFailure) -> Int {
        do {
            let response = try await client.execute(request, deadline: .now() + Self.answerWithin)
            do { _ = try await response.body.collect(upTo: Self.longestAnswer) } catch {}
            return Int(response.status.code)
        } catch {
            throw DeliveryFailure("the receiver does not answer: \(error)")
        }
    }

    private func bearer() throws(DeliveryFailure) -> String? {
        do throws(Problem) {
            return try token?()
        } catch {
            throw DeliveryFailure(error.detail)
        }
    }
}
