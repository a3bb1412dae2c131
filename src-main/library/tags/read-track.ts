// Everything about one file that can be known without decoding it. Runs in the reader's worker threads.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { type IAudioMetadata, type IPicture, parseFromTokenizer, selectCover } from 'music-metadata'
import { clip } from './clean-text'
import { type Container, extensionOf, nameMisleads, type Recognised, recognise } from './container'
import { type Inspection, UnusableFile } from './inspection'
import { repairLines, repairText } from './text-repair'
import { partsOfFileName } from './title-from-name'
import { WindowedFile } from './windowed-file'

export interface TrackFacts {
  sizeBytes: number
  fingerprint: string
  format: string
  bitrateKbps: number | null
  sampleRateHz: number | null
  channels: number | null
  title: string
  /** All artists, as shown. */
  artist: string
  artists: string[]
  album: string
  genre: string
  year: number | null
  trackNumber: number | null
  comment: string
  composer: string
  label: string
  isrc: string
  language: string
  durationSeconds: number
  durationIsExact: boolean
  /** Must be decoded before it counts. */
  doubtful: boolean
  /** Set when the name's extension does not fit the content. */
  misnamed: string | null
}

export interface ReadTrack {
  facts: TrackFacts
  picture: IPicture | null
}

/** One file is read after the other in a thread. */
export const tagWindow = new Uint8Array(65_536)

/**
 * @returns facts and the embedded picture
 * @throws UnusableFile or a system error, with the reason in its message
 */
export async function readTrack(path: string): Promise<ReadTrack> {
  const file = new WindowedFile(path, tagWindow)
  try {
    const recognised = recognise(file)
    const inspection = recognised.inspect()
    const fingerprint = fingerprintOf(file)
    const metadata = await readTags(file, recognised)
    return { facts: combine(path, file, recognised, inspection, metadata, fingerprint), picture: pictureOf(metadata) }
  } finally {
    file.closeNow()
  }
}

/** @returns null when they cannot be read */
export async function readTags(file: WindowedFile, recognised: Recognised): Promise<IAudioMetadata | null> {
  file.setPosition(0)
  file.fileInfo.mimeType = recognised.mimeType
  try {
    return await parseFromTokenizer(file, { duration: false })
  } catch {
    // Tags that cannot be read do not make the sound unusable: the decode decides.
    return null
  }
}

const sampleBytes = 16_384

/**
 * Recognises a file that was renamed or moved, without reading all of it: its size and four pieces.
 * Where a full content hash is known, it has the last word.
 */
function fingerprintOf(file: WindowedFile): string {
  const hash = createHash('sha1').update(String(file.size))
  for (let piece = 0; piece < 4; piece++) {
    const position = Math.floor((Math.max(0, file.size - sampleBytes) * piece) / 3)
    hash.update(file.bytes(position, sampleBytes))
  }
  return hash.digest('hex')
}

function combine(
  path: string,
  file: WindowedFile,
  recognised: Recognised,
  inspection: Inspection,
  metadata: IAudioMetadata | null,
  fingerprint: string,
): TrackFacts {
  const format = metadata?.format
  const fileName = basename(path)
  const fromName = partsOfFileName(fileName)
  const tags = textsOf(metadata, inspection)
  const durationSeconds = inspection.durationSeconds ?? format?.duration ?? 0
  const useName = tags.title === ''
  const artists = tags.artists.length > 0 ? tags.artists : useName && fromName.artist ? [fromName.artist] : []
  const bitrate = inspection.bitrateKbps ?? (format?.bitrate ? Math.round(format.bitrate / 1000) : null)
  return {
    sizeBytes: file.size,
    fingerprint,
    format: formatName(recognised.container, format?.codec),
    bitrateKbps: bitrate,
    sampleRateHz: format?.sampleRate ?? null,
    channels: format?.numberOfChannels ?? null,
    title: clip(useName ? fromName.title : tags.title, 500),
    artist: clip(tags.artist || artists.join(', '), 500),
    artists: artists.slice(0, 50).map((name) => clip(name, 500)),
    album: clip(tags.album, 500),
    genre: clip(tags.genre, 200),
    year: tags.year,
    trackNumber: tags.trackNumber ?? (useName ? numberOr(fromName.trackNumber) : null),
    comment: clip(tags.comment, 5000),
    composer: clip(tags.composer, 500),
    label: clip(tags.label, 500),
    isrc: tags.isrc,
    language: clip(tags.language, 100),
    durationSeconds,
    durationIsExact: inspection.durationIsExact,
    doubtful: inspection.doubtful || metadata === null || !(durationSeconds > 0),
    misnamed: nameMisleads(fileName, recognised.container)
      ? `The name ends in .${extensionOf(fileName)}, but the content is ${formatName(recognised.container, format?.codec)}. It was imported by its content; rename it to be rid of this line.`
      : null,
  }
}

/** No tag is looked at beyond this: some hold a megabyte. */
const mostTagText = 20_000

function textsOf(metadata: IAudioMetadata | null, inspection: Inspection) {
  const common = metadata?.common
  const text = (value: string | undefined): string =>
    typeof value === 'string' ? repairText(value.slice(0, mostTagText)) : ''
  const list = (values: string[] | undefined): string[] => [
    ...new Set((values ?? []).slice(0, 100).map(text).filter(Boolean)),
  ]
  // Text chunks of AIFF come out of music-metadata with their high bits cut off.
  const title = inspection.texts?.title && !hasId3(metadata) ? text(inspection.texts.title) : text(common?.title)
  const given =
    inspection.texts?.artist && !hasId3(metadata)
      ? text(inspection.texts.artist)
      : text(common?.artist ?? common?.albumartist)
  const several = list(common?.artists).flatMap(splitArtists)
  const artists = inspection.texts?.artist && !hasId3(metadata) ? splitArtists(given) : several
  return {
    title,
    artists: artists.length > 0 ? [...new Set(artists)] : given ? splitArtists(given) : [],
    artist: (common?.artists?.length ?? 0) > 1 && given === text(common?.artists?.[0]) ? '' : shownArtist(given),
    album: text(common?.album),
    genre: list(common?.genre).join(', '),
    year: yearOf(common?.year, common?.date ?? plainDate(metadata)),
    trackNumber: numberOr(common?.track?.no),
    comment: commentOf(metadata),
    composer: list(common?.composer).join(', '),
    label: list(common?.label).join(', '),
    isrc: list(common?.isrc).map(plainIsrc).find(isIsrc) ?? '',
    language: text(common?.language),
  }
}

/** Comments meant for people: not the volume and the gaps that some programs keep there. */
function commentOf(metadata: IAudioMetadata | null): string {
  const texts = (metadata?.common.comment ?? [])
    .slice(0, 100)
    .filter(({ descriptor }) => !/^(iTun|ID3v1|Songs-DB)/.test(descriptor ?? ''))
    .map(({ text }) => repairLines((text ?? '').slice(0, mostTagText)))
  return [...new Set(texts.filter(Boolean))].join('\n')
}

const plainIsrc = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/g, '')
const isIsrc = (code: string): boolean => /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(code)

const hasId3 = (metadata: IAudioMetadata | null): boolean =>
  metadata?.format.tagTypes?.some((type) => type.startsWith('ID3v2')) ?? false

/** Semicolons, NULs and blanks around a slash part artists in many programs; a plain slash or comma may be part of a name. */
const splitArtists = (artist: string): string[] =>
  artist
    .split(/\s*;\s*|\s+\/\s+|\0/)
    .map((name) => name.trim())
    .filter((name) => name !== '')

const shownArtist = (artist: string): string => (/;|\s\/\s/.test(artist) ? splitArtists(artist).join(', ') : artist)

const numberOr = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 10_000 ? value : null

/** ffmpeg writes the date of WMA files under a name of its own. */
const plainDate = (metadata: IAudioMetadata | null): string | undefined =>
  metadata?.native['asf']?.find(({ id }) => id.toLowerCase() === 'date')?.value?.toString()

function yearOf(year: number | undefined, date: string | undefined): number | null {
  return numberOr(year) ?? numberOr(Number(/\b(\d{4})\b/.exec(date ?? '')?.[1]))
}

function pictureOf(metadata: IAudioMetadata | null): IPicture | null {
  return selectCover(metadata?.common.picture)
}

function formatName(container: Container, codec: string | undefined): string {
  const known = codec?.toLowerCase() ?? ''
  if (container === 'ogg')
    return known.includes('opus')
      ? 'Opus'
      : known.includes('flac')
        ? 'Ogg FLAC'
        : known.includes('speex')
          ? 'Speex'
          : 'Ogg Vorbis'
  if (container === 'mp4') return known.includes('alac') ? 'ALAC' : 'AAC'
  return { mp3: 'MP3', aac: 'AAC', flac: 'FLAC', wav: 'WAV', aiff: 'AIFF', asf: 'WMA' }[container]
}

export { UnusableFile }
