import Instrumentation
import Logging
import ServiceContextModule
import Tracing

/// Continues the traces of callers and says the spans in the log, at `debug`. It sends them nowhere.
struct LogTracer: Tracer {
    let logger: Logger
    /// A random number that makes the id of a span; never zero.
    let ids: @Sendable () -> UInt64

    private static let field = "traceparent"

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        context.traceParent = extractor.extract(key: Self.field, from: carrier).flatMap { TraceParent($0) }
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        if let parent = context.traceParent { injector.inject(parent.text, forKey: Self.field, into: &carrier) }
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> LogSpan {
        LogSpan(
            operationName, continuing: context(), at: instant().nanosecondsSinceEpoch,
            id: ids(), logger: logger)
    }

    func forceFlush() {}
}
