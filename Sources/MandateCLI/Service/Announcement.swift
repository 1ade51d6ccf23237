import MandateCore

/// Where a server that has started can be reached, as it says on standard output.
struct Announcement: Hashable {
    let listening: String
    let issuer: String
    let socket: String
    /// Administration on the network, when it is served there.
    let network: String?

    /// - Parameter port: What the public listener got, `adminPort` what administration got on the network.
    init(_ settings: Settings, port: Int, adminPort: Int?) {
        let scheme = settings.tls == nil ? "http" : "https"
        listening = "\(scheme)://\(ListenAddress(host: settings.listen.host, port: port))"
        issuer = settings.issuer.rawValue
        socket = settings.socket
        network = adminPort.flatMap { port in
            settings.adminListen.map { "\(scheme)://\(ListenAddress(host: $0.host, port: port))" }
        }
    }

    /// For a person.
    var lines: [String] {
        ["listening on \(listening)", "issuer \(issuer)", "administration at \(socket)"]
            + (network.map { ["administration on \($0)"] } ?? [])
    }

    /// For a program, on one line.
    var json: JSONValue {
        [
            "listening": .string(listening), "issuer": .string(issuer), "socket": .string(socket),
            "admin": network.map { .string($0) } ?? .null,
        ]
    }
}
