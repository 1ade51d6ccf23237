import MandateCore

/// One answer of the admin API.
struct AdministrationAnswer: Hashable, Sendable {
    let status: Int
    /// `null` when there was no body.
    let body: JSONValue
    /// The bytes that `body` was read from.
    let raw: [UInt8]

    /// Reads the body strictly; an answer that is not JSON is a failure, unless a success was to be text.
    init(status: Int, raw: [UInt8], isText: Bool = false) throws(CommandFailure) {
        self.status = status
        self.raw = raw
        if raw.isEmpty || isText && status == 200 {
            body = .null
            return
        }
        do throws(JSONError) {
            body = try JSONValue(strict: raw, maximumDepth: 128)
        } catch {
            throw CommandFailure("the server answered \(status) with something that is not JSON: is it a Mandate?")
        }
    }
}
