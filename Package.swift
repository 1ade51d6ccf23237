// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "mandate",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "MandateCore"),
        .target(name: "MandateJOSE", dependencies: ["MandateCore", "COpenSSL"]),
        .testTarget(name: "MandateCoreTests", dependencies: ["MandateCore"]),
        .testTarget(name: "MandateJOSETests", dependencies: ["MandateJOSE"]),
    ],
    swiftLanguageModes: [.v6]
)
