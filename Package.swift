// swift-tools-version: 6.1
// This file is the dependency diagram in executable form: everything knows MandateCore, MandateCore knows no one,
// adapters do not know each other, and only the program joins them.
import PackageDescription

let core: Target.Dependency = "MandateCore"
let testing: Target.Dependency = "MandateTesting"

let package = Package(
    name: "mandate",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "mandate", targets: ["mandate"]),
        .library(name: "MandateVerifier", targets: ["MandateVerifier"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        .target(name: "MandateCore"),
        .target(name: "MandateJOSE", dependencies: [core, "COpenSSL"]),
        .target(
            name: "MandateStore",
            dependencies: [core, "CSQLite", .product(name: "CoreMetrics", package: "swift-metrics")]),
        .target(name: "MandateMetrics", dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")]),
        .target(name: "MandateAccept", dependencies: [.product(name: "NIOCore", package: "swift-nio")]),
        .target(
            name: "MandateServer",
            dependencies: [
                core, "MandateAccept",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "MandateAdmin",
            dependencies: [
                core, "MandateAccept",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "MandateDelivery",
            dependencies: [
                core,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "MandateEngine",
            dependencies: [
                core,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "MandateVerifier", dependencies: [core, "MandateJOSE"]),
        .target(
            name: "MandateCLI",
            dependencies: [
                core, "MandateJOSE", "MandateStore", "MandateServer", "MandateAdmin", "MandateDelivery",
                "MandateEngine", "MandateMetrics", "MandateVerifier",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(name: "mandate", dependencies: ["MandateCLI"]),

        .target(name: "MandateTesting", dependencies: [core], path: "Tests/MandateTesting"),
        .testTarget(name: "MandateCoreTests", dependencies: [core, testing]),
        .testTarget(name: "MandateJOSETests", dependencies: ["MandateJOSE", testing]),
        .target(name: "CFaultyVFS", dependencies: ["CSQLite"], path: "Tests/CFaultyVFS"),
        .testTarget(name: "MandateStoreTests", dependencies: ["MandateStore", "MandateJOSE", "CFaultyVFS", testing]),
        .testTarget(
            name: "MandateServerTests",
            dependencies: ["MandateServer", testing, .product(name: "NIOCore", package: "swift-nio")]),
        .testTarget(name: "MandateAdminTests", dependencies: ["MandateAdmin", testing]),
        .testTarget(name: "MandateDeliveryTests", dependencies: ["MandateDelivery", testing]),
        .testTarget(
            name: "MandateEngineTests",
            dependencies: [
                "MandateEngine", "MandateMetrics", testing,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(name: "MandateMetricsTests", dependencies: ["MandateMetrics"]),
        .testTarget(name: "MandateVerifierTests", dependencies: ["MandateVerifier", testing]),
        .testTarget(name: "MandateCLITests", dependencies: ["MandateCLI", testing]),
        .testTarget(name: "ArchitectureTests"),
    ],
    swiftLanguageModes: [.v6]
)
