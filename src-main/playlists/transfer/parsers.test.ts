import { describe, expect, test } from 'vitest'
import { repairText } from '../../library'
import type { Entry } from './entry'
import { createParser, formatOf, listName } from './formats'
import { placeOf } from './locations'
import { createTextPieces, createXmlPieces, readings } from './text-pieces'

/** @param size of the pieces it comes in */
function parse(format: 'm3u' | 'pls' | 'xspf' | 'csv', bytes: Uint8Array | string, size = 7) {
  const given = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const pieces = format === 'xspf' ? createXmlPieces(given) : createTextPieces(given)
  const parser = createParser(format, (text) => readings(text, repairText))
  const entries: Entry[] = []
  for (let from = 0; from < given.length; from += size)
    entries.push(...parser.push(pieces.push(given.subarray(from, from + size))))
  entries.push(...parser.push(pieces.end()), ...parser.end())
  return { entries, title: parser.title }
}
const first = (entries: Entry[]) => entries.map(({ locations }) => locations[0])

describe('M3U', () => {
  test('gives locations with what was said before them, whatever ends its lines', () => {
    const text =
      '#EXTM3U\r\n#PLAYLIST:Morning\r\n#EXTINF:215 x="a,b",Artist - A - Title\r\nmusic/a.mp3\r\n\r\n# words\r\nb.mp3'
    const { entries, title } = parse('m3u', text)
    expect(title).toBe('Morning')
    expect(entries).toMatchObject([
      { line: 4, artist: 'Artist', title: 'A - Title', durationSeconds: 215, locations: ['music/a.mp3'] },
      { line: 7, locations: ['b.mp3'] },
    ])
    expect(entries[1]?.title).toBeUndefined()
    expect(first(parse('m3u', text.replaceAll('\r\n', '\r')).entries)).toEqual(['music/a.mp3', 'b.mp3'])
  })

  test('is read in UTF-8 with and without a mark, UTF-16, Windows-1251 and Latin-1', () => {
    const line = 'Музыка/Песня.mp3\n'
    const wide = Buffer.from(`\ufeff${line}`, 'utf16le')
    const wideOther = Buffer.from(wide).swap16()
    for (const bytes of [Buffer.from(line), Buffer.from(`\ufeff${line}`), wide, wideOther]) {
      expect(first(parse('m3u', bytes, 5).entries)).toEqual(['Музыка/Песня.mp3'])
    }
    const cyrillic = Buffer.concat([Buffer.from([0xcf, 0xe5, 0xf1, 0xed, 0xff]), Buffer.from('.mp3\nplain.mp3\n')])
    const found = parse('m3u', cyrillic).entries
    expect(found[0]?.locations).toContain('Песня.mp3')
    expect(found[1]?.locations).toEqual(['plain.mp3'])
    expect(parse('m3u', Buffer.from('Caf\xe9.mp3\n', 'latin1')).entries[0]?.locations).toContain('Café.mp3')
  })

  test('a name that no file follows is an entry of its own', () => {
    const text =
      '#EXTM3U\n#EXTINF:74,Doug Kaufman - Battle Epic\n#EXTINF:90,Other - Song\n#EXTVLCOPT:x\nsong.mp3\n#EXTINF:-1,Last'
    expect(parse('m3u', text).entries).toMatchObject([
      { line: 2, artist: 'Doug Kaufman', title: 'Battle Epic', durationSeconds: 74, locations: [] },
      { line: 5, artist: 'Other', title: 'Song', durationSeconds: 90, locations: ['song.mp3'] },
      { line: 6, title: 'Last', locations: [] },
    ])
    expect(parse('m3u', text).entries[2]?.artist).toBeUndefined()
  })

  test('a line of a megabyte is reported and the next one is read', () => {
    const { entries } = parse('m3u', `${'x'.repeat(1_000_000)}\nb.mp3\n`, 16_384)
    expect(entries[0]).toMatchObject({ line: 1, problem: 'The line is too long.' })
    expect(entries.at(-1)?.locations).toEqual(['b.mp3'])
  })

  test('an #EXTINF of figures and quotes alone takes no time', () => {
    const began = performance.now()
    parse('m3u', `#EXTINF:${'1'.repeat(60_000)}"\na.mp3\n`, 16_384)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

test('PLS gives its files in the order of their numbers, with titles that come later', () => {
  const text = '[playlist]\nFile2=b.mp3\nFile1=a.mp3\nTitle1=Artist - One\nLength1=100\nLength2=-1\nNumberOfEntries=2\n'
  const { entries } = parse('pls', text)
  expect(entries).toMatchObject([
    { locations: ['a.mp3'], artist: 'Artist', title: 'One', durationSeconds: 100 },
    { locations: ['b.mp3'] },
  ])
  expect(entries[1]?.durationSeconds).toBeUndefined()
})

describe('XSPF', () => {
  const list = (inner: string, before = '') =>
    `<?xml version="1.0" encoding="UTF-8"?>${before}<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>L</title><trackList>${inner}</trackList></playlist>`

  test('gives its tracks, several on a line too', () => {
    const { entries, title } = parse(
      'xspf',
      list(
        '<track><location>file:///m/a%20b.mp3</location><title>A &amp; B</title><creator>C</creator><duration>1500</duration></track><track><title>Only</title></track>',
      ),
    )
    expect(title).toBe('L')
    expect(entries).toMatchObject([
      { locations: ['file:///m/a%20b.mp3'], title: 'A & B', artist: 'C', durationSeconds: 1.5 },
      { title: 'Only', locations: [] },
    ])
  })

  test('with entities of its own is refused, however many laughs they hold', () => {
    const laughs = Array.from(
      { length: 10 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    ).join('')
    const bomb = list('<track><title>&l10;</title></track>', `<!DOCTYPE x [<!ENTITY l0 "lol">${laughs}]>`)
    expect(() => parse('xspf', bomb, 1000)).toThrow('entities of its own')
    const file = list('<track><title>&x;</title></track>', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    expect(() => parse('xspf', file)).toThrow('entities of its own')
    expect(() => parse('xspf', list('<track><title>&unknown;</title></track>'))).toThrow('no playlist in XSPF')
  })

  test('that is broken or something else says so', () => {
    expect(() => parse('xspf', list('<track>').slice(0, -20))).toThrow('no playlist in XSPF')
    expect(() => parse('xspf', '<html></html>')).toThrow('begins with <html>')
    expect(() => parse('xspf', `<playlist>${'x'.repeat(2_000_000)}`, 16_384)).toThrow('no element')
  })

  test('is read in the character set it says', () => {
    const text = '<?xml version="1.0" encoding="windows-1251"?><playlist><trackList><track><title>'
    const bytes = Buffer.concat([
      Buffer.from(text),
      Buffer.from([0xcf, 0xe5, 0xf1]),
      Buffer.from('</title></track></trackList></playlist>'),
    ])
    expect(parse('xspf', bytes).entries[0]?.title).toBe('Пес')
  })
})

describe('CSV', () => {
  test('is read by the names of its columns, whatever parts them', () => {
    const text = 'Artist;Title;Duration;File\n"A;B";"One ""1""";3:20;x/a.mp3\r\nC;"Two\nlines";;\n'
    expect(parse('csv', text).entries).toMatchObject([
      { line: 2, artist: 'A;B', title: 'One "1"', durationSeconds: 200, locations: ['x/a.mp3'] },
      { line: 3, artist: 'C', title: 'Two\nlines', locations: [] },
    ])
  })
  test('of a table program in German, or of a deck with tabs, is read as well', () => {
    const german = Buffer.from('K\xfcnstler;Titel;Dateipfad\r\nM\xf6tley;Lied;C:\\M\\a.mp3\r\n', 'latin1')
    expect(parse('csv', german).entries).toMatchObject([
      { artist: 'Mötley', title: 'Lied', locations: ['C:\\M\\a.mp3'] },
    ])
    const deck = Buffer.from('\ufeff#\tTrack Title\tArtist\r\n1\tLied\tMötley\r\n', 'utf16le')
    expect(formatOf('list.txt', deck)).toBe('csv')
    expect(parse('csv', deck).entries).toMatchObject([{ line: 2, artist: 'Mötley', title: 'Lied' }])
  })
  test('without names is read by what is in it', () => {
    expect(parse('csv', 'Artist,Title\n').entries).toEqual([])
    expect(parse('csv', 'Someone,Something,music/a.mp3\n').entries).toMatchObject([
      { artist: 'Someone', title: 'Something', locations: ['music/a.mp3'] },
    ])
  })
  test('with a quote that is never closed does not swallow the whole file for ever', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `a,b${index},/m/${index}.mp3`).join('\n')
    const { entries } = parse('csv', `artist,title,path\na,"b,c\n${rows}\n`, 16_384)
    expect(entries.length).toBeGreaterThan(100)
  })
})

test('a location is a path of here, of elsewhere, an address, or another playlist', () => {
  const place = (...locations: string[]) => placeOf(locations, '/base')
  expect(place('/m/a.mp3').paths[0]).toBe('/m/a.mp3')
  expect(place('../x/./a%20b.mp3').paths).toContain('/x/a b.mp3')
  expect(place('file:///m/100%25%20a.mp3').paths[0]).toBe('/m/100% a.mp3')
  expect(place('file://localhost/m/a.mp3').paths[0]).toBe('/m/a.mp3')
  expect(place('file:///C:/Music/a.mp3').parts[0]).toEqual(['Music', 'a.mp3'])
  expect(place('D:\\Music\\x\\..\\a.mp3').parts[0]).toEqual(['Music', 'a.mp3'])
  expect(place('\\\\nas\\music\\a.mp3').parts[0]).toEqual(['nas', 'music', 'a.mp3'])
  expect(place('file:///m/%CF%E5%F1.mp3').parts.map((parts) => parts.at(-1))).toContain('Пес.mp3')
  for (const url of ['http://x/a.mp3', 'HTTPS://x/', 'rtsp://x', 'data:audio/mp3;base64,AA', 'spotify:track:1']) {
    expect(place(url).kind).toBe('elsewhere')
  }
  for (const other of ['b.m3u', '/m/b.PLS', 'file:///m/b.xspf']) expect(place(other).kind).toBe('nested')
  expect(place('Artist: Title.mp3').kind).toBe('file')
  expect(place('a\0b.mp3').paths).toEqual([])
})

test('the form of a file is told by its name, or by how it begins', () => {
  expect(formatOf('x.XSPF', Buffer.from(''))).toBe('xspf')
  expect(formatOf('list', Buffer.from('[playlist]\nFile1=a'))).toBe('pls')
  expect(formatOf('list.dat', Buffer.from('#EXTM3U\n'))).toBe('m3u8')
  expect(() => formatOf('song.mp3', Buffer.from('ID3'))).toThrow('is none of')
  expect(listName('/x/My list.m3u8')).toBe('My list')
})
