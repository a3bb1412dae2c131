// Makes a large library that looks like one: names in several scripts, a few artists with many tracks and many with few.
import type { DatabaseSync } from 'node:sqlite'
import { analyserVersion } from '../src-main/library/analysis/protocol'
import { keyOrder } from '../src-main/library/catalogue/key-names'
import { TrackStore } from '../src-main/library/catalogue/track-store'
import type { TrackFacts } from '../src-main/library/tags/read-track'
import { inTransaction } from '../src-main/storage'

const latin =
  'love night heart baby dance time world life away blue dream fire girl home light rain rock soul summer sun sweet want young river road golden lonely morning money street wild angel river stone shadow silver broken little forever crazy sugar moon star midnight ocean paper glass engine border winter memory velvet thunder garden mirror heaven desert radio electric satellite distant hollow amber crystal gravity Björk señor café über déjà naïve garçon año Straße mañana ça voilà Łódź příběh çok šťastný sjö älskar hjärta'.split(
    ' ',
  )
const cyrillic =
  'любовь ночь сердце дорога звезда море город ветер дождь солнце песня мечта память огонь снег река небо осень весна время жизнь группа кровь ёлка радость тишина'.split(
    ' ',
  )
const han = '東京 夜 愛 夢 桜 雨 空 海 月亮 朋友 我的 時間 花 雪 風 星 心 旅人 青春 北京 故事 光 世界 約束'.split(' ')
const kana = 'さくら ありがとう きみ ゆめ ラブ スター トキオ ナイト ひかり そら メロディー ダンス'.split(' ')
const hangul = '사랑 하루 밤 별 바람 노래 기억 너와 나의 서울 봄날 꿈'.split(' ')
const genres =
  'Rock,Pop,Electronic,Hip-Hop,Jazz,Soul,Funk,Disco,House,Techno,Ambient,Folk,Country,Blues,Reggae,Latin,Chanson,Schlager,Рок,Шансон,J-Pop,K-Pop,演歌,Classical,Soundtrack,Metal,Punk,Indie Rock,Drum & Bass,Trance'.split(
    ',',
  )
const tagWords =
  'summer,morning,drive,late night,christmas,female voice,instrumental,gold,recurrent,power,new,local,no talk,clean'.split(
    ',',
  )
const labels =
  'Warp,Motown,4AD,Sub Pop,Island,Мелодия,Avex Trax,SM,Blue Note,Ninja Tune,Domino,Universal,Sony Music,Own'.split(',')
const syllables = 'ka ro mi ta ne lu so vi da be an el or in us ri po ma te lo na sha kri dor fen gal hin jor'.split(
  ' ',
)

/** Repeats for the same seed. @returns numbers from 0 up to 1 */
export function lot(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface MadeLibraryOptions {
  /** Bytes of waveform beside each track, as an analysis of four minutes leaves them. */
  waveformBytes: number
  nowMs: number
}

/** Fills an empty library through its own store, and lets its words come to rest. Its files do not exist; nothing waits for analysis. */
export function makeLibrary(db: DatabaseSync, count: number, options: MadeLibraryOptions): void {
  const store = new TrackStore(db)
  const names = createNames(count)
  const figures = createFigures(db, options)
  const atOnce = 5000
  for (let start = 0; start < count; start += atOnce) {
    inTransaction(db, () => {
      for (let number = start; number < Math.min(count, start + atOnce); number++) {
        const { facts, fileName, folder, fields } = names(number)
        const path = `${folder}/${fileName}`
        const file = { path, fileName, folderId: null, managed: false, fileModifiedAt: 0, artwork: null }
        const id = store.insert(file, facts)
        const row = fields && store.byId(id)
        if (row) store.edit(row, fields)
        figures(id, number)
      }
    })
  }
  while (store.words.tidy()) {}
}

function createNames(count: number) {
  const random = lot(7)
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item
  /** The first ones far more often than the last. */
  const few = (size: number) => Math.floor(size * random() ** 1.6)
  const coined = Array.from({ length: 6000 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick(syllables)).join(''),
  )
  const word = () => (random() < 0.6 ? coined[few(coined.length)] : latin[few(latin.length)]) as string
  const phrase = (words: number) => {
    const script = random()
    const make =
      script < 0.8
        ? word
        : script < 0.9
          ? () => pick(cyrillic)
          : script < 0.96
            ? () => pick(random() < 0.5 ? han : kana)
            : () => pick(hangul)
    const text = Array.from({ length: words }, make).join(script >= 0.9 && script < 0.96 ? '' : ' ')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  const artists = Array.from({ length: Math.max(50, Math.round(count / 12)) }, () =>
    phrase(1 + Math.floor(random() * 2)),
  )
  const albums = new Map<number, string[]>()
  return (number: number) => {
    const who = few(artists.length)
    const artist = artists[who] as string
    const guest = random() < 0.08 ? (artists[few(artists.length)] as string) : null
    const known = albums.get(who) ?? [phrase(2), phrase(1), phrase(3)]
    albums.set(who, known)
    const album = pick(known)
    const title = phrase(1 + Math.floor(random() * 4))
    const text = (share: number, make: () => string) => (random() < share ? make() : '')
    const facts: TrackFacts = {
      ...{ sizeBytes: 6_000_000, fingerprint: `made ${number}`, format: pick(['MP3', 'FLAC', 'AAC', 'Opus']) },
      ...{
        bitrateKbps: pick([128, 192, 256, 320]),
        sampleRateHz: pick([44_100, 48_000]),
        channels: random() < 0.02 ? 1 : 2,
      },
      ...{ title, artist: guest ? `${artist} feat. ${guest}` : artist, artists: guest ? [artist, guest] : [artist] },
      ...{
        album,
        genre: genres[few(genres.length)] as string,
        year: random() < 0.1 ? null : 1955 + Math.floor(random() * 72),
      },
      ...{ trackNumber: 1 + (number % 14), durationSeconds: 60 + random() * 360, durationIsExact: true },
      ...{
        comment: text(0.3, () => phrase(6)),
        composer: text(0.5, () => phrase(2)),
        label: text(0.7, () => pick(labels)),
      },
      ...{
        isrc: text(0.4, () => `DEA${String(10_000 + (number % 80_000))}${String(number % 10_000).padStart(4, '0')}`),
      },
      ...{ language: text(0.5, () => pick(['en', 'de', 'ru', 'ja', 'es'])), doubtful: false, misnamed: null },
    }
    const kind = random() < 0.02 ? pick(['jingle', 'sweeper', 'spot', 'speech', 'talk', 'bed']) : 'music'
    const fields =
      random() < 0.4 || kind !== 'music'
        ? {
            ...{ tags: JSON.stringify([pick(tagWords), pick(tagWords)]), rating: 1 + Math.floor(random() * 5), kind },
            ...{ explicit: random() < 0.1 ? 1 : 0 },
            ...(random() < 0.2 ? { custom: JSON.stringify({ mood: pick(['calm', 'bright', 'dark']) }) } : {}),
          }
        : null
    const fileName = `${String(number % 99).padStart(2, '0')} ${artist} - ${title} (${number}).mp3`.replaceAll('/', '-')
    return {
      facts,
      fields,
      fileName,
      folder: `/music/made/${artist.replaceAll('/', '-')}/${album.replaceAll('/', '-')}`,
    }
  }
}

/** What analysis and playing leave on a track. */
function createFigures(db: DatabaseSync, { waveformBytes, nowMs }: MadeLibraryOptions) {
  const random = lot(11)
  const waveform = new Uint8Array(waveformBytes)
  const track = db.prepare(
    `UPDATE tracks SET contentHash = ?, analyserVersion = ${analyserVersion}, lufs = ?, truePeakDbtp = -0.4, tempoBpm = ?, keyOrder = ?,
     energy = ?, state = ?, missing = ?, playCount = ?, lastPlayedAt = ?, addedAt = ?, updatedAt = ? WHERE id = ?`,
  )
  const analysis = db.prepare(
    `INSERT INTO analyses (contentHash, analyserVersion, analysedAt, durationSeconds, sampleRateHz, channels, cueInSeconds,
     introEndSeconds, startNextSeconds, cueOutSeconds, ending, tempoConfidence, musicalKey, keyConfidence, overview, peaks, peaksPerSecond)
     VALUES (?, ${analyserVersion}, ?, 240, 44100, 2, 0.1, 12, 234, 239, 'cold', 0.9, ?, 0.8, ?, ?, 50)`,
  )
  const day = 86_400_000
  return (id: number, number: number) => {
    const key = Math.floor(random() * 24)
    const hash = `made ${number}`
    const addedAt = Math.round(nowMs - random() ** 2 * 3000 * day)
    const plays = Math.floor(random() ** 4 * 40)
    const playedAt = plays === 0 ? null : Math.round(nowMs - random() * 400 * day)
    const state = random()
    track.run(
      ...[hash, -24 + random() * 18, random() < 0.05 ? null : 60 + random() * 120, keyOrder(key), random()],
      ...[state < 0.995 ? 'playable' : 'failed', state < 0.01 ? 1 : 0, plays, playedAt, addedAt, addedAt, id],
    )
    analysis.run(hash, nowMs, key, new Uint8Array(Math.min(2000, waveformBytes)), waveform)
  }
}
