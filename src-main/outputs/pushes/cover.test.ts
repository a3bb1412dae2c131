import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadImage } from '@napi-rs/canvas'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../monitoring/log'
import { playing, testItem, until } from '../testing/station'
import { Cover } from './cover'
import { legible } from './cover-fonts'
import { type CoverContent, drawCover } from './draw-cover'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cover-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The bytes of the right half, where the words are. */
function words(content: Partial<CoverContent>): string {
  const canvas = drawCover(640, 320, { station: 'S', artist: '', title: '', live: false, artwork: null, ...content })
  return Buffer.from(canvas.getContext('2d').getImageData(320, 0, 320, 320).data.buffer).toString('latin1')
}

describe('the picture of a push', () => {
  test('is drawn when it is asked for, and anew when the program moves on, in every size in use', async () => {
    let name = 'One'
    const cover = new Cover({ folder, stationName: () => name, log: silentLog })
    const small = await cover.use({ width: 640, height: 360 })
    const large = await cover.use({ width: 1280, height: 720 })
    expect(await loadImage(small)).toMatchObject({ width: 640, height: 320 })
    expect(await loadImage(large)).toMatchObject({ width: 1280, height: 640 })
    for (const change of [() => cover.show(playing(testItem(1))), () => (name = 'Two')]) {
      const inode = () => [small, large].map((path) => statSync(path).ino).join()
      const before = inode()
      change()
      cover.show(playing(testItem(1)))
      await until(
        'both are swapped',
        () => inode() !== before && !readdirSync(folder).some((file) => /next/.test(file)),
      )
    }
    // Asked for again: whatever was under way is written when it answers.
    await cover.use({ width: 640, height: 360 })
    const same = statSync(small).ino
    cover.show(playing(testItem(1, { album: 'Another' })))
    expect(await cover.use({ width: 640, height: 360 })).toBe(small)
    expect(statSync(small).ino).toBe(same)
  })

  test('is drawn without an artwork that cannot be read', async () => {
    const cover = new Cover({ folder, stationName: () => 'One', log: silentLog })
    cover.show(playing(testItem(1, { artworkPath: '/nonexistent.jpg' })))
    expect(await loadImage(await cover.use({ width: 640, height: 360 }))).toMatchObject({ width: 640 })
  })

  test('cannot be had where it cannot be written, and is tried again', async () => {
    const cover = new Cover({ folder: '/dev/null/x', stationName: () => 'One', log: silentLog })
    await expect(cover.use({ width: 640, height: 360 })).rejects.toThrow()
    await expect(cover.use({ width: 640, height: 360 })).rejects.toThrow()
  })

  test('says when a presenter is live, and does without an artist', () => {
    expect(words({ title: 'Anna', live: true })).not.toBe(words({ title: 'Anna' }))
    expect(words({ title: '', artist: '' })).toBe(words({ title: 'S' }))
    expect(words({ title: '🔥', artist: 'X' })).toBe(words({ title: 'X' }))
  })

  test('leaves out emoji, which no font of ours has, and keeps every other sign', () => {
    expect(legible('Summer 🌞🏖️ Vibes 👨‍👩‍👧 №1 ☆ ♥')).toBe('Summer Vibes №1 ☆ ♥')
    expect(legible('🇩🇪 Hit ❤️ 1️⃣')).toBe('Hit 1')
    expect(legible('© Wörter – «Ж» 東京 ♪ क्‍ष')).toBe('© Wörter – «Ж» 東京 ♪ क्‍ष')
  })

  test('has letters for the scripts of the world, not one box for all', () => {
    for (const [one, other] of [
      ['ночь', 'день'],
      ['ليل', 'بحر'],
      ['שיר', 'ערב'],
      ['गीत', 'रात'],
      ['คน', 'รัก'],
      ['ღამე', 'მზეა'],
      ['երգ', 'լույ'],
      ['東京', '大阪'],
      ['봄날', '노래'],
    ] as const) {
      expect(words({ title: one }), one).not.toBe(words({ title: other }))
    }
  })
})
