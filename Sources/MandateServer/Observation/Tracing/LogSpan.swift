import Instrumentation
import Logging
import MandateCore
import ServiceContextModule
import Synchronization
import Tracing

/// A span that becomes one line of the log when it ends. Without a trace to belong to it says nothing.
final class LogSpan: Span {
    private struct Named {
        var operationName: String
        var attributes: SpanAttributes = [:]
        var failed = false
    }

    let context: ServiceContext
    private let parentID: String?
    private let startedAt: UInt64
    private let logger: Logger
    private let named: Mutex<Named>

    init(
        _ operationName: String, continuing context: ServiceContext, at start: UInt64, id number: UInt64, logger: Logger
    ) {
        var own = context
        if let parent = context.traceParent {
            let id = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            own.traceParent = TraceParent(traceID: parent.traceID, spanID: Hex.encode(id), flags: parent.flags)
        }
        self.context = own
        parentID = context.traceParent?.spanID
        startedAt = start
        self.logger = logger
        named = Mutex(Named(operationName: operationName))
    }

    var isRecording: Bool { context.traceParent != nil }

    var operationName: String {
        get { named.withLock { $0.operationName } }
        set { named.withLock { $0.operationName = newValue } }
    }

    var attributes: SpanAttributes {
        get { named.withLock { $0.attributes } }
        set { named.withLock { $0.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) {
        named.withLock { $0.failed = status.code == .error }
    }

    func addEvent(_ event: SpanEvent) {}
    func addLink(_ link: SpanLink) {}

    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        named.withLock { $0.failed = true }
    }

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard logger.logLevel <= .debug, let own = context.traceParent, let parentID else { return }
        let named = named.withLock { $0 }
        let elapsed = instant().nanosecondsSinceEpoch
        let microseconds = elapsed > startedAt ? (elapsed - startedAt) / 1000 : 0
        logger.debug(
            "span",
            metadata: [
                "name": "\(named.operationName)", "trace_id": "\(own.traceID)", "span_id": "\(own.spanID)",
                "parent_span_id": "\(parentID)", "microseconds": "\(microseconds)",
                "status": "\(named.failed ? "error" : "ok")",
            ])
    }
}
