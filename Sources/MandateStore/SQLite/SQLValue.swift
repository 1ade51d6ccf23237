/// A value bound to a `?`.
enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    /// Text as its UTF-8 bytes, known to be UTF-8: no `String` is made of it.
    case utf8([UInt8])
    case blob([UInt8])

    init(_ value: Int64?) { self = value.map(SQLValue.integer) ?? .null }
    init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
}
