import MandateCore

/// Where the ledger is delivered to while the service runs.
struct ExportSettings: Hashable, Sendable {
    let syslog: SyslogAddress?
    let webhook: WebhookAddress?
    let format: LedgerFormat
    /// A PEM file with those who sign the receivers' certificates; nil for the system's.
    let authorities: String?
    /// A file with the bearer token for the webhook.
    let tokenFile: String?

    /// Who reads the ledger along: the detections do, always.
    var readers: Set<LedgerConsumer> {
        var readers: Set<LedgerConsumer> = [.detections]
        if syslog != nil { readers.insert(.syslog) }
        if webhook != nil { readers.insert(.webhook) }
        return readers
    }

    init(_ sources: SettingSources, directory: String) throws(CommandFailure) {
        syslog = try sources.value(.exportSyslog, or: nil, mend: SyslogAddress.grammar) { text in
            SyslogAddress(text).map { .some($0) }
        }
        webhook = try sources.said(.exportWebhook).map { (said) throws(CommandFailure) in
            // What is not accepted is not shown: it may hold a password.
            guard let address = WebhookAddress(said.text) else {
                throw said.failure("is not accepted: \(WebhookAddress.grammar)")
            }
            return address
        }
        format = try sources.value(.exportFormat, or: .json, mend: "write json, cef or leef") {
            LedgerFormat(rawValue: $0)
        }
        let (authorities, token) = (try sources.said(.exportAuthorities), try sources.said(.exportTokenFile))
        if let authorities, syslog?.usesTLS != true, webhook?.usesTLS != true {
            throw authorities.failure("has nothing to do: give tls:// in export.syslog or https:// in export.webhook")
        }
        if let token, webhook == nil { throw token.failure("has no webhook with it: give export.webhook too") }
        self.authorities = authorities.map { Settings.resolved($0.text, directory) }
        tokenFile = token.map { Settings.resolved($0.text, directory) }
    }
}

/// Where syslog is received: `tcp://host:port` or, with TLS, `tls://host:port`.
struct SyslogAddress: Hashable, Sendable {
    let host: String
    let port: Int
    let usesTLS: Bool
    static let grammar = "write tcp://host:port or tls://host:port, such as tls://logs.example.com:6514"

    init?(_ text: String) {
        guard let scheme = ["tcp://", "tls://"].first(where: text.hasPrefix),
            let address = ListenAddress(String(text.dropFirst(scheme.count))), address.port > 0
        else { return nil }
        (host, port, usesTLS) = (address.host, address.port, scheme == "tls://")
    }
}

/// The URL that records are posted to: `https`, or `http` to this machine.
struct WebhookAddress: Hashable, Sendable {
    let url: String
    let usesTLS: Bool
    static let grammar =
        "write https://host/path, or http:// with 127.0.0.1, [::1] or localhost; a token goes to export.webhook_token_file"

    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix),
            text.utf8.count <= 2048, text.utf8.allSatisfy(Self.allows)
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { !"/?".contains($0) }
        let address = ListenAddress(String(authority)) ?? ListenAddress("\(authority):443")
        guard let address, address.port > 0, !address.host.contains("@") else { return nil }
        guard scheme == "https://" || Self.loopback.contains(address.host) else { return nil }
        url = text
        usesTLS = scheme == "https://"
    }

    private static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

    /// What RFC 3986 allows in a URL, the fragment excepted.
    private static func allows(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"#<>\\^`{|}".utf8.contains(byte)
    }
}
