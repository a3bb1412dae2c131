import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Track } from '@contract/library'
import {
  File,
  Id3v2FrameIdentifiers,
  type Id3v2Tag,
  Id3v2TextInformationFrame,
  ReadStyle,
  StringType,
  TagTypes,
} from 'node-taglib-sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation } from '../test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

async function imported(name: string): Promise<Track> {
  await station.library.importFolder(station.music)
  await station.library.settled()
  return byName(station.library).get(name) as Track
}

/** An ID3v2.3 tag with these text frames, in UTF-16 as it comes. */
function id3(frames: Record<string, Buffer>): Buffer {
  const packed = Object.entries(frames).map(([id, text]) => {
    const head = Buffer.alloc(10)
    head.write(id, 0, 'latin1')
    head.writeUInt32BE(text.length + 3, 4)
    return Buffer.concat([head, Buffer.from([1, 0xff, 0xfe]), text])
  })
  const body = Buffer.concat(packed)
  const size = [21, 14, 7, 0].map((shift) => (body.length >> shift) & 0x7f)
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, ...size]), body])
}

const utf16 = (text: string) => Buffer.from(text, 'utf16le')

describe('tags as they should not be', () => {
  it('are cleaned of NULs, halves of characters and control characters, and clipped', async () => {
    const plain = await makeSound(join(station.dataDir, 'plain.mp3'), { options: ['-id3v2_version', '0'] })
    const tag = id3({
      TIT2: utf16('Be\ud800fore\u0007\u0001 af\u202eter'),
      TPE1: utf16('\u0000\u0000'),
      TALB: utf16('<script>alert(1)</script>'),
      TCOM: utf16('x'.repeat(1_000_000)),
      TPUB: utf16('Gold\u0000'),
      TCON: utf16('\udc00'),
    })
    writeFileSync(join(station.music, 'a.mp3'), Buffer.concat([tag, readFileSync(plain)]))
    const track = await imported('a.mp3')
    expect(track.title).toBe('Be\ufffdfore af ter')
    expect(track.album).toBe('<script>alert(1)</script>')
    expect(track.composer).toHaveLength(500)
    expect(track).toMatchObject({ label: 'Gold', state: 'playable', artist: '' })
    const csv = (await buffer(station.library.metadataFiles.exportTable('csv', {}))).toString()
    expect(csv).not.toContain('\0')
    expect(csv.isWellFormed()).toBe(true)
  })

  it.each(['a.flac', 'a.ogg', 'a.opus', 'a.m4a', 'a.wav', 'a.aiff'])('of a megabyte do not harm %s', async (name) => {
    const codecs: Record<string, string[]> = { 'a.ogg': ['-c:a', 'libvorbis'], 'a.opus': ['-c:a', 'libopus'] }
    const path = await makeSound(join(station.music, name), { options: codecs[name] ?? [] })
    const mime = {
      flac: 'audio/x-flac',
      ogg: 'audio/ogg',
      opus: 'audio/ogg',
      m4a: 'audio/mp4',
      wav: 'audio/wav',
      aiff: 'audio/aiff',
    }
    const file = File.createFromPath(path, mime[name.split('.')[1] as 'wav'], ReadStyle.None)
    file.tag.title = '<b>T</b>'
    file.tag.comment = `${'long '.repeat(200_000)}`
    file.tag.composers = ['y'.repeat(1_000_000)]
    file.save()
    file.dispose()
    const track = await imported(name)
    expect(track).toMatchObject({ title: '<b>T</b>', state: 'playable' })
    expect(track.comment.length).toBeLessThanOrEqual(5000)
    expect(track.composer.length).toBeLessThanOrEqual(500)
  })

  it('reads comment, composer, label, ISRC and language of every kind of file', async () => {
    const tags = {
      title: 'T',
      comment: 'Ko\nmment',
      composer: 'Komp',
      publisher: 'Gold',
      isrc: 'gb-aye-63-00012',
      language: 'eng',
    }
    const path = await makeSound(join(station.music, 'a.mp3'), { tags: { ...tags, comment: '' } })
    const file = File.createFromPath(path, 'audio/mpeg', ReadStyle.None)
    const id3v2 = file.getTag(TagTypes.Id3v2, true) as Id3v2Tag
    const isrc = Id3v2TextInformationFrame.fromIdentifier(Id3v2FrameIdentifiers['TSRC'] as never, StringType.Latin1)
    isrc.text = ['gb-aye-63-00012']
    id3v2.removeFrames(Id3v2FrameIdentifiers['TSRC'] as never)
    id3v2.addFrame(isrc)
    file.tag.comment = 'Ko\nmment'
    file.save()
    file.dispose()
    await makeSound(join(station.music, 'a.flac'), { tags: { ...tags, label: 'Gold' } })
    await makeSound(join(station.music, 'a.ogg'), { tags: { ...tags, label: 'Gold' }, options: ['-c:a', 'libvorbis'] })
    await imported('a.mp3')
    for (const name of ['a.mp3', 'a.flac', 'a.ogg']) {
      expect(byName(station.library).get(name)).toMatchObject({
        ...{ comment: 'Ko\nmment', composer: 'Komp', label: 'Gold', isrc: 'GBAYE6300012', language: 'eng' },
      })
    }
  })
})
