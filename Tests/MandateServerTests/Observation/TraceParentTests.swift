import Instrumentation
import Logging
import ServiceContextModule
import Testing
import Tracing

@testable import MandateServer

@Suite("A traceparent")
struct TraceParentTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(
        "is read when it is what the standard says",
        arguments: [
            "00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00", "cc-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-more",
        ])
    func read(text: String) throws {
        let parent = try #require(TraceParent(text))
        #expect(parent.traceID == Self.trace && parent.spanID == Self.span)
    }

    @Test(
        "is none when it is anything else",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-more",
            "cc-\(trace)-\(span)-01more", "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-001",
            "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-0G", "00 \(trace) \(span) 01",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ", "00-é\(trace.dropFirst(2))-\(span)-01",
        ])
    func none(text: String) {
        #expect(TraceParent(text) == nil)
    }

    private static let tracer = LogTracer(
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, ids: { 0x0123_4567_89AB_CDEF })

    private struct Fields: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    @Test("is continued by a span of the same trace with an id of its own")
    func continued() throws {
        let tracer = Self.tracer
        var context = ServiceContext.topLevel
        tracer.extract(["traceparent": "00-\(Self.trace)-\(Self.span)-01"], into: &context, using: Fields())
        let span = tracer.startSpan("token", context: context, ofKind: .server)
        let own = try #require(span.context.traceParent)
        #expect(own.traceID == Self.trace && own.spanID == "efcdab8967452301" && own.flags == "01")
        var carrier: [String: String] = [:]
        tracer.inject(span.context, into: &carrier, using: Fields())
        #expect(carrier["traceparent"].flatMap { TraceParent($0) } == own)
        span.end()
    }

    @Test("that is missing starts no trace")
    func missing() {
        let tracer = Self.tracer
        var context = ServiceContext.topLevel
        tracer.extract(["traceparent": "nonsense"], into: &context, using: Fields())
        let span = tracer.startSpan("token", context: context)
        #expect(context.traceParent == nil && span.context.traceParent == nil && !span.isRecording)
        var carrier: [String: String] = [:]
        tracer.inject(span.context, into: &carrier, using: Fields())
        #expect(carrier.isEmpty)
    }
}
