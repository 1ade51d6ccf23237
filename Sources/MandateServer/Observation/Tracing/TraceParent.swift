import MandateCore
import ServiceContextModule

/// A span of a trace as `traceparent` names it (W3C Trace Context §3.2).
struct TraceParent: Hashable, Sendable {
    /// 32 lowercase hexadecimal digits.
    let traceID: String
    /// 16 of them.
    let spanID: String
    /// Two of them; the last bit says that the caller records the trace.
    let flags: String

    init(traceID: String, spanID: String, flags: String) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// Nil when it is not exactly what the standard says; then the caller has no trace (§4.3). A version that is not known
    /// yet may have more to say at its end (§3.2.2).
    init?(_ text: String) {
        let text = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard text.count >= 55, text[2] == dash, text[35] == dash, text[52] == dash else { return nil }
        let (version, trace, span, flags) = (text[0..<2], text[3..<35], text[36..<52], text[53..<55])
        guard [version, trace, span, flags].allSatisfy({ $0.allSatisfy(Self.isLowerHex) }),
            !version.elementsEqual("ff".utf8), !Self.isZero(trace), !Self.isZero(span),
            text.count == 55 || !version.elementsEqual("00".utf8) && text[55] == dash
        else { return nil }
        self.init(
            traceID: String(decoding: trace, as: UTF8.self), spanID: String(decoding: span, as: UTF8.self),
            flags: String(decoding: flags, as: UTF8.self))
    }

    /// As it is sent on.
    var text: String { "00-\(traceID)-\(spanID)-\(flags)" }

    private static func isZero(_ digits: ArraySlice<UInt8>) -> Bool { digits.allSatisfy { $0 == UInt8(ascii: "0") } }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

extension ServiceContext {
    private enum Key: ServiceContextKey {
        typealias Value = TraceParent
        static let nameOverride: String? = "traceparent"
    }

    /// The span that is current here.
    var traceParent: TraceParent? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}
