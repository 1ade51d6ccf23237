import Logging
import MandateCore

/// What an operator decides about one installation. Every value is checked, and none of them skips a check.
struct Settings: Hashable, Sendable {
    let issuer: Issuer
    let listen: ListenAddress
    /// Nil: plain HTTP, for a proxy in front that speaks TLS.
    let tls: TLSFiles?
    /// Absolute, or relative to the working directory, as all paths here.
    let database: String
    let keysDirectory: String
    /// How long verifiers may go on using keys they have fetched, in seconds.
    let keysOverlap: Int64
    let socket: String
    /// Where administration waits on the network; nil: nowhere.
    let adminListen: ListenAddress?
    let logLevel: Logger.Level
    let logFormat: LogFormat
    /// How many event loops serve the public listener; nil for one a core.
    let loops: Int?
    /// How many connections the public listener holds.
    let connections: Int
    /// Where the ledger is delivered to while the service runs.
    let export: ExportSettings
    /// Who is asked besides the policies of the registry; nil: nobody.
    let policyEngine: PolicyEngineSettings?
    /// The configuration file's directory, which relative paths start from.
    let directory: String

    /// The longest life of a token and a minute: a key must outlast what it signed.
    static let shortestOverlap = Lifetimes.delegationToken + 60
    static let defaultOverlap: Int64 = 86_400

    struct TLSFiles: Hashable, Sendable {
        let certificate: String
        let key: String
        /// Whose certificates clients of administration must show; nil: they need none.
        let clientAuthority: String?
    }

    enum LogFormat: String, Hashable, Sendable, CaseIterable {
        case text, json
    }
}

extension Settings {
    /// The settings of the installation whose configuration file is at `path`.
    init(
        file path: String, flags: [Setting: String] = [:], environment: [String: String] = Environment.current
    ) throws(CommandFailure) {
        let file = try SettingsFile(path: path)
        let sources = SettingSources(environment: environment, flags: flags, file: file)
        try self.init(sources, directory: Self.directory(of: path), file: path)
    }

    init(_ sources: SettingSources, directory: String, file: String) throws(CommandFailure) {
        guard let issuer = try sources.said(.issuer) else {
            throw CommandFailure("\(file): issuer is missing: write issuer: https://tokens.example.com")
        }
        self.issuer = try issuer.value(mend: "write \(Issuer.grammar)") { text in Issuer(text) }
        self.directory = directory
        listen = try sources.value(
            .listen, or: ListenAddress(host: "127.0.0.1", port: 8080), mend: ListenAddress.grammar
        ) { text in ListenAddress(text) }
        tls = try Self.tls(sources, directory)
        database = try Self.path(.database, or: "mandate.db", sources, directory)
        keysDirectory = try Self.path(.keys, or: "keys", sources, directory)
        adminListen = try Self.adminListen(sources, hasTLS: tls != nil)
        socket = try Self.path(.socket, or: "mandate.sock", sources, directory)
        keysOverlap = try sources.value(
            .keysOverlap, or: Self.defaultOverlap,
            mend: "\(WrittenDuration.grammar), at least \(Self.shortestOverlap)s and at most 365d"
        ) { text in
            guard let seconds = WrittenDuration(text)?.seconds,
                (Self.shortestOverlap...365 * 86_400).contains(seconds)
            else { return nil }
            return seconds
        }
        logLevel = try sources.value(
            .logLevel, or: .info, mend: "write one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
        ) { text in Logger.Level(rawValue: text) }
        logFormat = try sources.value(.logFormat, or: .text, mend: "write text or json") { LogFormat(rawValue: $0) }
        loops = try Self.number(.loops, or: nil, in: 1...256, sources)
        connections = try Self.number(.connections, or: 10_000, in: 1...100_000, sources) ?? 10_000
        export = try ExportSettings(sources, directory: directory)
        policyEngine = try PolicyEngineSettings(sources, directory: directory)
    }

    /// The directory a file is in: `.` for a bare name.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func path(
        _ setting: Setting, or fallback: String, _ sources: SettingSources, _ directory: String
    ) throws(CommandFailure) -> String {
        let path = try sources.value(setting, or: fallback, mend: "write a path") { text in
            text.utf8.contains(0) ? nil : text
        }
        return resolved(path, directory)
    }

    static func resolved(_ path: String, _ directory: String) -> String {
        path.hasPrefix("/") || directory == "." ? path : directory == "/" ? "/\(path)" : "\(directory)/\(path)"
    }

    private static func number(
        _ setting: Setting, or fallback: Int?, in range: ClosedRange<Int>, _ sources: SettingSources
    ) throws(CommandFailure) -> Int? {
        try sources.value(
            setting, or: fallback, mend: "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            guard let number = Int(text), range.contains(number) else { return .none }
            return .some(.some(number))
        }
    }
}
