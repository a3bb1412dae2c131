// Tells by its content what a file is, whatever its name says.
import { inspectAiff, inspectAsf, inspectFlac, inspectMp4, inspectWav } from './boxes'
import { ascii, type Inspection, UnusableFile, view } from './inspection'
import { findMpegStart, inspectMpeg, type MpegStart } from './mpeg'
import { inspectOgg } from './ogg'
import type { WindowedFile } from './windowed-file'

export type Container = 'mp3' | 'aac' | 'flac' | 'ogg' | 'mp4' | 'wav' | 'aiff' | 'asf'

export interface Recognised {
  container: Container
  /** As music-metadata knows it. */
  mimeType: string
  inspect(): Inspection
}

const mimeTypes: Record<Container, string> = {
  mp3: 'audio/mpeg',
  aac: 'audio/aacp',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  wav: 'audio/wav',
  aiff: 'audio/aiff',
  asf: 'audio/ms-wma',
}

/** Extensions that are imported, with the contents each may have. */
const contentsOf: Record<string, Container[]> = {
  mp3: ['mp3'],
  flac: ['flac'],
  ogg: ['ogg'],
  oga: ['ogg'],
  opus: ['ogg'],
  m4a: ['mp4'],
  m4b: ['mp4'],
  m4p: ['mp4'],
  aac: ['aac', 'mp4'],
  wav: ['wav'],
  wave: ['wav'],
  aiff: ['aiff'],
  aif: ['aiff'],
  aifc: ['aiff'],
  wma: ['asf'],
}

export const extensionOf = (fileName: string): string =>
  /\.([A-Za-z0-9]{1,8})$/.exec(fileName)?.[1]?.toLowerCase() ?? ''

/** Whether a file of this name is looked at when a folder is imported. */
export const isAudioName = (fileName: string): boolean =>
  Object.hasOwn(contentsOf, extensionOf(fileName)) && !fileName.startsWith('._')

/** Whether the name says something else than the content. */
export const nameMisleads = (fileName: string, container: Container): boolean =>
  !contentsOf[extensionOf(fileName)]?.includes(container)

/** Behind ID3v2 tags, which some programs put before any kind of file, more than one at times. */
function behindId3(file: WindowedFile): number {
  let position = 0
  for (;;) {
    const header = file.bytes(position, 10)
    if (header.length < 10 || ascii(header, 0, 3) !== 'ID3') return position
    const size = header.slice(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
    position += 10 + size + ((header[5] as number) & 0x10 ? 10 : 0)
  }
}

/** @throws UnusableFile with what the file seems to be, when it is no sound file of a kind that is played here */
export function recognise(file: WindowedFile): Recognised {
  if (file.size === 0) throw new UnusableFile('The file is empty.')
  const position = behindId3(file)
  const head = file.bytes(position, 16).slice()
  const as = (container: Container, inspect: () => Inspection): Recognised => ({
    container,
    mimeType: mimeTypes[container],
    inspect,
  })
  const name = ascii(head, 0, 4)
  const form = ascii(head, 8, 4)
  if (name === 'fLaC') return as('flac', () => inspectFlac(file, position))
  if (name === 'OggS') return as('ogg', () => inspectOgg(file))
  if ((name === 'RIFF' || name === 'RF64') && form === 'WAVE') return as('wav', () => inspectWav(file))
  if (name === 'FORM' && (form === 'AIFF' || form === 'AIFC')) return as('aiff', () => inspectAiff(file))
  if (ascii(head, 4, 4) === 'ftyp') return as('mp4', () => inspectMp4(file))
  if (head.length === 16 && view(head).getUint32(0) === 0x3026b275) return as('asf', () => inspectAsf(file))
  const start = knownOther(head) ? null : findMpegStart(file, position)
  if (start) return as(start.kind, () => inspectMpeg(file, start as MpegStart))
  throw new UnusableFile(describeOther(file, position, head))
}

/** First bytes, as Latin-1. */
const others: [string[], string][] = [
  [['\x89PNG', '\xff\xd8\xff', 'GIF8', 'BM'], 'a picture'],
  [['%PDF'], 'a PDF document'],
  [['PK\x03\x04', 'Rar!', '7z\xbc\xaf', '\x1f\x8b'], 'an archive'],
  [['\x1aE\xdf\xa3'], 'a Matroska or WebM file'],
  [['\x7fELF', 'MZ'], 'a program'],
  [['#EXTM3U', '[playlist]'], 'a playlist'],
  [['<!doctype', '<!DOCTYPE', '<html', '<?xml'], 'a web page'],
]

function knownOther(head: Uint8Array): string | undefined {
  const start = ascii(head, 0, 16)
  return others.find(([prefixes]) => prefixes.some((prefix) => start.startsWith(prefix)))?.[1]
}

function describeOther(file: WindowedFile, position: number, head: Uint8Array): string {
  if (position >= file.size) return 'The file is cut off: there is no sound behind its tags.'
  const known = knownOther(head)
  if (known) return `This is not a sound file: it is ${known}.`
  const sample = file.bytes(position, 512)
  if (sample.every((byte) => byte === 0)) return 'The file is damaged: it holds nothing but zeros.'
  const isText = sample.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
  return isText
    ? 'This is not a sound file: it is text.'
    : 'This is not a sound file, or it is damaged: no sound was found in it.'
}
