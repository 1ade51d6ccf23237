import Testing

@testable import MandateAdmin

@Suite("A lane")
struct LaneTests {
    @Test("has room for so many requests and so many bytes, and gets it back")
    func room() {
        let lane = Lane(connections: 1, requests: 2, bytes: 10)
        #expect(lane.hold(10))
        #expect(!lane.hold(1))
        #expect(lane.hold(0))
        lane.release(10)
        #expect(!lane.hold(11))
        #expect(lane.hold(10))
        // Bodies on their way keep no request out that is here.
        #expect(lane.enter() && lane.enter())
        #expect(!lane.enter())
        lane.leave()
        #expect(lane.enter())
    }
}
