import Testing

@testable import ExpoPlugin

@Suite("图片")
struct PictureTests {
    private func be(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
    private func segment(_ mark: UInt8, _ data: [UInt8]) -> [UInt8] { [0xFF, mark, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data }

    @Test("A PNG loses text, time and place, and what hangs behind its end; everything else stays byte for byte")
    func png() throws {
        let plain = DemoPicture.png(shade: 90)
        let secret = Array("GPS 28.2N 112.9E".utf8)
        let head = Array(plain[..<33])
        let planted = head + be(secret.count) + Array("eXIf".utf8) + secret + be(0) + be(4) + Array("tEXt".utf8) + [65, 0, 66, 67] + be(0) + plain[33...] + secret
        #expect(PictureCleaning.clean(planted) == plain)
        #expect(PictureCleaning.clean(plain) == plain)
        for cut in [9, 20, 33, plain.count - 1] { #expect(PictureCleaning.clean(Array(plain[..<cut])) == nil, "cut at \(cut)") }
    }

    @Test("A JPEG loses EXIF, comments and a second picture behind its end; colour marks stay")
    func jpeg() {
        let start: [UInt8] = [0xFF, 0xD8]
        let jfif = segment(0xE0, Array("JFIF\0".utf8)), adobe = segment(0xEE, Array("Adobe".utf8)), table = segment(0xDB, [0, 1, 2])
        let scan: [UInt8] = [0xFF, 0xDA, 0x00, 0x03, 0x01, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9]
        let exif = segment(0xE1, Array("Exif\0\0GPS".utf8)), comment = segment(0xFE, Array("author".utf8))
        #expect(PictureCleaning.clean(start + jfif + exif + adobe + [0xFF] + comment + table + scan + exif) == start + jfif + adobe + table + scan)
        #expect(PictureCleaning.clean(start + jfif + [0x00]) == nil)
        #expect(PictureCleaning.clean(start + jfif + Array(scan.dropLast(2))) == nil)
        #expect(PictureCleaning.clean(Array("GIF89a".utf8)) == nil)
    }

    @Test("No cut and no changed byte of a picture ends the program")
    func garbage() {
        let whole = DemoPicture.png(shade: 90)
        for place in stride(from: 0, to: whole.count, by: 7) {
            var changed = whole
            changed[place] ^= 0xFF
            _ = PictureCleaning.clean(changed)
            _ = PictureCleaning.clean([0xFF, 0xD8] + whole[place...])
        }
    }
}
