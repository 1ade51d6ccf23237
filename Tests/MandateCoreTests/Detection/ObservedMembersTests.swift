import Testing

@testable import MandateCore

@Suite("The members of a record that rules look at")
struct ObservedMembersTests {
    @Test("are found at the top level only, whatever is around and inside them")
    func found() throws {
        let json = #"{"agent_id":"a\"}","change":{"seq":9,"x":[{"at":"t"}]},"event":"e","nothing":null,"seq":12}"#
        let members = try #require(ObservedMembers(Array(json.utf8)))
        #expect(members.text(.agentID) == #"a"}"#)
        #expect(members.value(.change)?["seq"] == .integer(9))
        #expect(members.holds(.event, "e") && members.integer(.seq) == 12)
        #expect(members.text(.at) == nil && members.text(.principal) == nil)
    }

    @Test(
        "are not looked for in what is no object, or is more than one",
        arguments: [
            "", "{", "{}", "[]", "12", #"{"seq":1"#, #"{"seq":1]"#, #"{"seq":1}}"#, #"{"seq":1},"#, #"{"seq":1,}"#,
            #"{"seq":}"#, #"{"seq" :1}"#, #"{"seq":"1}"#, #"{"seq":"\"#, #"{seq:1}"#, #" {"seq":1}"#,
        ])
    func refused(json: String) {
        #expect(ObservedMembers(Array(json.utf8)) == nil)
    }
}
