import Crypto
import Testing
import Vocabulary

@Suite("密码学基元")
struct CryptoTests {
    @Test("A SHA-256 by value is that of libcrypto, in every form", arguments: [0, 1, 55, 64, 300])
    func sums(length: Int) {
        let input = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let (sum, expected) = (SHA256Sum(of: input), Digest.sha256.of(input))
        #expect(sum.bytes == expected && sum.hexadecimal == expected.hexadecimal)
        let base64 = String(unsafeUninitializedCapacity: 44) { text in
            sum.write(base64: text.baseAddress.unsafelyUnwrapped)
            return 44
        }
        #expect(base64 == Base64.encodePadded(expected))
        #expect(SHA256Sum(of: input + [0]) != sum)
    }

    @Test("Digests and MACs give the values of the standards", arguments: [
        (Digest.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ])
    func digests(digest: Digest, expected: String) {
        #expect(digest.of(Array("abc".utf8)).hexadecimal == expected)
    }

    /// RFC 4231, test case 2.
    @Test("HMAC-SHA-256 gives the value of RFC 4231")
    func mac() {
        let mac = Digest.sha256.mac(key: Array("Jefe".utf8), "what do ya want for nothing?".utf8)
        #expect(mac.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("A sealed value opens with its key and context only, and not after a change")
    func sealing() throws {
        let key = Secrets.random(32)
        let plain = Array("张三 13800000000".utf8)
        let sealed = try AES256GCM.seal(plain, key: key, context: [1])
        #expect(try AES256GCM.open(sealed, key: key, context: [1]) == plain)
        #expect(try AES256GCM.seal(plain, key: key, context: [1]) != sealed)
        #expect(throws: CryptoError.self) { try AES256GCM.open(sealed, key: key, context: [2]) }
        #expect(throws: CryptoError.self) { try AES256GCM.open(sealed, key: Secrets.random(32), context: [1]) }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoError.self) { try AES256GCM.open(changed, key: key, context: [1]) }
        }
        #expect(throws: CryptoError.self) { try AES256GCM.open(Array(sealed.prefix(27)), key: key) }
        #expect(throws: CryptoError.self) { try AES256GCM.seal(plain, key: [1, 2]) }
        let nothing = try AES256GCM.seal([], key: key)
        #expect(try AES256GCM.open(nothing, key: key).isEmpty)
    }

    @Test("A signature holds for its key and message only", arguments: SignatureAlgorithm.allCases)
    func signatures(algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let other = try SigningKey.generate(algorithm)
        let message = Array("枢纽".utf8)
        let signature = try key.sign(message)
        #expect(key.verifyingKey.isValid(signature, of: message))
        #expect(!key.verifyingKey.isValid(signature, of: message + [0]))
        #expect(!other.verifyingKey.isValid(signature, of: message))
        let raw = try key.signRaw(message)
        #expect(raw.count == 64 && key.verifyingKey.isValid(raw: raw, of: message))
        #expect(!key.verifyingKey.isValid(raw: Array(raw.dropLast()), of: message))
        #expect(!key.verifyingKey.isValid([], of: message))
        #expect("\(key)" == "\(algorithm.rawValue) key ‹secret›")
    }

    @Test("A key survives PEM, and a key of the other curve is refused", arguments: SignatureAlgorithm.allCases)
    func pem(algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let again = try SigningKey(pem: key.pem, algorithm)
        let seen = try VerifyingKey(pem: key.verifyingKey.pem, algorithm)
        #expect(seen.isValid(try again.sign([1, 2, 3]), of: [1, 2, 3]))
        let wrong: SignatureAlgorithm = algorithm == .es256 ? .sm2 : .es256
        #expect(throws: CryptoError.self) { try SigningKey(pem: key.pem, wrong) }
        #expect(throws: CryptoError.self) { try VerifyingKey(pem: key.verifyingKey.pem, wrong) }
        #expect(throws: CryptoError.self) { try SigningKey(pem: Array("nonsense".utf8)) }
    }

    @Test("A P-256 key is rebuilt from its coordinates; a point off the curve is refused")
    func coordinates() throws {
        let key = try SigningKey.generate()
        let (x, y) = key.verifyingKey.point
        #expect(try VerifyingKey(x: x, y: y).isValid(key.sign([7]), of: [7]))
        var off = y
        off[31] ^= 1
        #expect(throws: CryptoError.self) { try VerifyingKey(x: x, y: off) }
        #expect(throws: CryptoError.self) { try VerifyingKey(x: x, y: Array(y.dropLast())) }
    }

    @Test("Base64 has one text for one value")
    func base64() {
        for count in 0..<70 {
            let bytes = Secrets.random(count)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
            #expect(Base64.decodePadded(Base64.encodePadded(bytes)) == bytes)
        }
        #expect(Base64.encodePadded(Array("fo".utf8)) == "Zm8=")
        for wrong in ["Zm9=", "Zm8", "Z===", "Zm8==", "Zm 8"] { #expect(Base64.decodePadded(wrong) == nil) }
        for wrong in ["A", "AB", "A+", "AA=="] { #expect(Base64.decodeURL(wrong) == nil) }
        #expect(Base64.decodeURL("AA") == [0])
    }
}
