import Dispatch
import Messages
import Testing
import Vocabulary

@testable import Identity

@Suite("密码")
struct PasswordTests {
    @Test(
        "the rule: eight characters, three kinds, not the login name, not one that everybody tries",
        arguments: [
            ("Xiang-River-2026", 0), ("Ab3-efgh", 0), ("Ab3-efg", 1), ("abcdefgh", 1), ("abcdefg1", 1), ("Abcdefg1", 0),
            ("abc", 2),
            ("xLi.Hong-2026", 1), ("P@ssw0rd", 1), ("Huawei@123", 1), ("中文密码也可以Ab", 0), ("Tab\tTab1a", 1),
            (String(repeating: "Aa1-", count: 65), 1),
        ])
    func rule(password: String, faults: Int) {
        let problems = PasswordRule().problems(password, login: "li.hong")
        #expect(problems.count == faults, "\(problems)")
    }

    @Test("made passwords obey the rule and do not repeat")
    func generator() {
        let passwords = (0..<300).map { _ in PasswordGenerator.make() }
        #expect(Set(passwords).count == 300)
        for password in passwords {
            #expect(PasswordRule().problems(password, login: "li.hong").isEmpty, "\(password)")
            #expect(!password.contains { "0Oo1lI".contains($0) })
            #expect(password.count == 19)
        }
    }

    @Test("a stored password reads back and fits only itself")
    func storedText() throws {
        let cost = PasswordHash.Cost(logN: 4, r: 8, p: 1)
        let hash = try PasswordHash.make(good, cost: cost)
        let text = hash.description
        #expect(text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let again = try #require(PasswordHash(text))
        #expect(again == hash)
        #expect(try again.matches(good))
        #expect(try !again.matches(good + "x"))
        #expect(try !again.matches(""))
        #expect(try PasswordHash.make(good, cost: cost).salt != hash.salt)
    }

    @Test("scrypt gives the vectors of RFC 7914")
    func vectors() throws {
        // RFC 7914 §12, second vector, first 32 bytes: "password", "NaCl", N = 1024, r = 8, p = 16 is beyond our p; the third has p = 1.
        let salt = Array("SodiumChloride".utf8)
        let digest: [UInt8] = [
            0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb,
            0xfd, 0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
        ]
        let hash = PasswordHash(cost: .init(logN: 14, r: 8, p: 1), salt: salt, digest: digest)
        #expect(try hash.matches("pleaseletmein"))
    }

    @Test("the default cost is what the documents say and libcrypto grants its memory")
    func defaultCost() throws {
        let workers = PasswordWorkers()
        #expect(workers.cost == PasswordHash.Cost(logN: 15, r: 8, p: 1))
        #expect(try PasswordHash.make(good, cost: workers.cost).matches(good))
    }

    @Test(
        "what is no stored password is refused instead of run",
        arguments: [
            "", "plain", "$scrypt$ln=15,r=8,p=1$$", "$argon2id$ln=15,r=8,p=1$AAAAAAAAAAA$AAAA",
            "$scrypt$ln=63,r=8,p=1$AAAAAAAAAAAAAAAA$x",
            "$scrypt$ln=15,r=999999,p=1$c2FsdHNhbHQ$AAAA", "$scrypt$r=8,ln=15,p=1$c2FsdHNhbHQ$AAAA",
            "$scrypt$ln=15,r=8$c2FsdHNhbHQ$AAAA",
        ])
    func notAHash(text: String) { #expect(PasswordHash(text) == nil) }

    @Test("when the queue is full the next one is refused with 503 instead of waiting")
    func busy() async throws {
        let workers = PasswordWorkers(threads: 1, capacity: 1, logN: 4)
        let gate = Gate()
        defer { gate.open() }
        #expect(workers.submit { gate.wait() })
        #expect(workers.submit {})
        // Required, lest a broken bound leaves the test waiting for ever.
        let isTaken = workers.submit {}
        try #require(!isTaken)
        #expect(await refusal { try await workers.run {} }?.status == 503)
    }

    @Test(
        "addresses are counted as a customer has them",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8:0:0::/64"),
            ("2001:0DB8:0:0:1::1", "2001:db8:0:0::/64"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80:0:0:0::/64"),
            ("::1", "0:0:0:0::/64"), ("", ""),
        ])
    func addressKeys(address: String, key: String) { #expect(AddressKey.make(address) == key) }

    @Test("the table of failures stays bounded")
    func boundedThrottle() {
        var rule = ThrottleRule()
        rule.watched = 100
        var throttle = Throttle(rule: rule)
        for number in 0..<2000 {
            let now = Timestamp(milliseconds: Int64(number))
            let keys = [
                Throttle.Key(kind: .account, hash: [UInt8(number % 256), UInt8(number / 256)]),
                Throttle.Key(kind: .address, hash: [1, UInt8(number % 256), UInt8(number / 256)]),
            ]
            _ = throttle.begin(keys, now: now)
            _ = throttle.fail(keys, now: now)
            #expect(throttle.count <= 102)
        }
    }

    @Test(
        "login names",
        arguments: [
            ("li.hong", true), ("Li.Hong", true), ("ab", false), ("13800000000", false), ("admin", false),
            ("李红", false), ("a b c", false), ("a-1_2.x", true),
        ])
    func loginNames(text: String, isGood: Bool) { #expect((LoginName(text) != nil) == isGood) }

    @Test("no refusal of this module prints a password")
    func noPasswordInRefusals() {
        let refusal = IdentityRefusals.weakPassword(PasswordRule().problems("SeCret1", login: "li.hong"))
        #expect(!"\(refusal)".contains("SeCret1"))
    }
}

/// Holds a worker thread until the test lets it go.
final class Gate: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}
