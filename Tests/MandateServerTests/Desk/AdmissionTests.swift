import Testing

@testable import MandateServer

@Suite("Admission")
struct AdmissionTests {
    private let start = ContinuousClock.now

    private func admission(underWay: Int) -> Admission {
        var admission = Admission()
        for _ in 0..<underWay { admission.begin() }
        return admission
    }

    /// Answers of `time` go out `count` times, each when somebody was turned away.
    private func taught(_ admission: Admission, _ time: Duration, _ count: Int) -> Admission {
        var admission = admission
        for number in 1...count {
            while admission.admits(waited: .zero) { admission.begin() }
            admission.learn(time, at: start + time * number * 2)
        }
        return admission
    }

    @Test("ends at the bound, and goes on when somebody has left")
    func bound() {
        var admission = admission(underWay: 255)
        let last = admission.admits(waited: .zero)
        admission.begin()
        let beyond = admission.admits(waited: .zero)
        admission.end()
        let next = admission.admits(waited: .zero)
        #expect([last, beyond, next] == [true, false, true])
    }

    @Test("keeps half of the room from those that a policy engine lets go all at once")
    func resumed() {
        var admission = Admission()
        var back = 0
        while back < 1000, admission.mayResume {
            admission.resume()
            back += 1
        }
        var others = 0
        while admission.admits(waited: .zero) {
            admission.begin()
            others += 1
        }
        #expect((back, others) == (128, 128))
        admission.end()
        #expect(!admission.mayResume)
        admission.end(isResumed: true)
        #expect(admission.mayResume)
    }

    @Test("lets fewer in while answers take too long, but never nearly nobody")
    func shrinks() {
        #expect(taught(Admission(), .milliseconds(121), 1).limit == 224)
        #expect(taught(Admission(), .seconds(2), 100).limit == Admission.fewest)
    }

    @Test("shrinks once for all that were let in under the old bound")
    func once() {
        var admission = Admission()
        for milliseconds in [0, 50, 100] {
            admission.learn(.milliseconds(150), at: start + .milliseconds(milliseconds))
        }
        #expect(admission.limit == 224)
        admission.learn(.milliseconds(150), at: start + .milliseconds(150))
        #expect(admission.limit == 196)
    }

    @Test("lets more in while answers are quick and some are turned away, up to a bound")
    func grows() {
        #expect(taught(Admission(), .milliseconds(10), 1).limit == 288)
        #expect(taught(Admission(), .milliseconds(10), 100).limit == Admission.most)
        var quiet = Admission()
        quiet.learn(.milliseconds(10), at: start)
        #expect(quiet.limit == 256)
    }

    @Test("stays as it is while answers are neither quick nor slow")
    func steady() {
        #expect(taught(Admission(), .milliseconds(100), 50).limit == 256)
    }

    @Test("is not for what waited long behind others of its connection, unless nobody is in the way")
    func stale() {
        var (few, some) = (admission(underWay: 15), admission(underWay: 16))
        let answers = [
            few.admits(waited: .seconds(3)), some.admits(waited: .milliseconds(201)),
            some.admits(waited: .milliseconds(200)),
        ]
        #expect(answers == [true, false, true])
    }
}
