/// What the program calls itself where others are told.
public enum Product {
    public static let version = "0.1.0"
}
