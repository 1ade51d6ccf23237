import Logging
import MandateCore

/// One line an event: text for people, or JSON for machines.
struct LineLogHandler: LogHandler {
    let writer: LogWriter
    let format: Settings.LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(writer: LogWriter, format: Settings.LogFormat, level: Logger.Level) {
        self.writer = writer
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .map { (name: $0.key, value: "\($0.value)") }.sorted { $0.name < $1.name }
        let time = Clock.now().description
        switch format {
        case .text:
            let details = pairs.map { " \($0.name)=\(Terminal.harmless($0.value))" }.joined()
            writer.write("\(time) \(event.level.rawValue) \(Terminal.harmless(event.message.description))\(details)")
        case .json:
            var members = [
                JSONMember(name: "at", value: .string(time)),
                JSONMember(name: "level", value: .string(event.level.rawValue)),
                JSONMember(name: "message", value: .string(event.message.description)),
            ]
            members += pairs.map { JSONMember(name: $0.name, value: .string($0.value)) }
            writer.write(String(decoding: JSONValue.object(members).canonical, as: UTF8.self))
        }
    }
}

extension Logger {
    /// Says nothing: what went wrong is in the command's own error.
    static let quiet = Logger(label: "mandate") { _ in SwiftLogNoOpLogHandler() }
}
