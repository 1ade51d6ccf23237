import Instrumentation
import ServiceContextModule
import Tracing

/// The span of one request whose caller sent a `traceparent`; there is none for others.
struct RequestSpan {
    private let span: any Span
    let traceID: String
    let spanID: String?

    /// Nil when the request belongs to no trace.
    init?(of request: HTTPRequest, _ kind: RequestKind, in tracer: any Tracer) {
        guard let parent = request.traceparent.flatMap({ TraceParent($0) }) else { return nil }
        var context = ServiceContext.topLevel
        tracer.extract(request, into: &context, using: TraceFields())
        span = tracer.startAnySpan(kind.endpoint.label, context: context, ofKind: .server)
        traceID = parent.traceID
        spanID = span.context.traceParent?.spanID
    }

    func end(status: Int) {
        if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        span.end()
    }
}

/// The fields of a request that tracers may read.
private struct TraceFields: Extractor {
    func extract(key: String, from request: HTTPRequest) -> String? {
        key.lowercased() == "traceparent" ? request.traceparent : nil
    }
}
