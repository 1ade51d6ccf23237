import NIOCore
import Testing

@testable import MandateServer

@Suite("The arrival of a request")
struct ArrivalsTests {
    private func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    @Test("is that of its last byte")
    func last() {
        var arrivals = Arrivals()
        arrivals.note(upTo: 100, after: 0, at: time(0))
        arrivals.note(upTo: 250, after: 0, at: time(50))
        arrivals.note(upTo: 300, after: 0, at: time(55))
        arrivals.note(upTo: 400, after: 0, at: time(90))
        #expect(
            [1, 100, 101, 250, 300, 301, 400].map { arrivals.time(ofByte: $0) } == [0, 0, 50, 50, 50, 90, 90].map(time))
    }

    @Test("does not go back behind a request that was worked off")
    func workedOff() {
        var arrivals = Arrivals()
        arrivals.note(upTo: 100, after: 0, at: time(0))
        arrivals.note(upTo: 200, after: 100, at: time(5))
        let found = arrivals.time(ofByte: 200)
        #expect(found == time(5))
    }
}
