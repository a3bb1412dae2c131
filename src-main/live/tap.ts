// Listens to one publisher inside node-media-server: a subscriber that lets the sound through as FLV and nothing else.

import amf from 'node-media-server/src/protocol/amf.js'
import BaseSession from 'node-media-server/src/session/base_session.js'
import type RtmpSession from 'node-media-server/src/session/rtmp_session.js'

const tagHeaderBytes = 11
const tagTrailerBytes = 4
const audioTag = 8
const scriptTag = 18
const aac = 10

/** Begins an FLV stream that has sound only, so that a decoder does not wait for a picture. */
export const flvAudioHeader = Buffer.from([0x46, 0x4c, 0x56, 1, 4, 0, 0, 0, 9, 0, 0, 0, 0])

/** Names of FLV's sound formats, by number. */
const codecNames: Record<number, string> = {
  0: 'PCM',
  2: 'MP3',
  3: 'PCM',
  7: 'G.711',
  8: 'G.711',
  10: 'AAC',
  11: 'Speex',
}

export interface TapEvents {
  /** One FLV tag of sound. `isHeader`: it describes those that follow, and a new decoder needs it first. */
  audio(tag: Buffer, isHeader: boolean): void
  /** What the stream says of itself, when it says something new. */
  described(codec: string, software: string): void
  /** What it says it plays. */
  titled(title: string, artist: string): void
}

/** @returns a function that ends the listening. */
export function tapPublisher(session: RtmpSession, events: TapEvents): () => void {
  const subscriber = new BaseSession()
  subscriber.protocol = 'flv'
  // An empty address marks an internal subscriber, which the library neither counts nor announces.
  subscriber.ip = ''
  let codec = ''
  let software = ''
  subscriber.sendBuffer = (tag) => {
    if (tag[0] === scriptTag) {
      const about = dataOf(tag)
      software = textOf(about?.['encoder']) || software
      events.described(codec, software)
      const title = textOf(about?.['title']) || textOf(about?.['StreamTitle'])
      if (title !== '') events.titled(title, textOf(about?.['artist']))
      return
    }
    const format = (tag[tagHeaderBytes] ?? 0) >> 4
    if (tag[0] !== audioTag || tag.length <= tagHeaderBytes + tagTrailerBytes) return
    if (codec !== nameOf(format)) {
      codec = nameOf(format)
      events.described(codec, software)
    }
    events.audio(tag, format === aac && tag[tagHeaderBytes + 1] === 0)
  }
  session.broadcast.postPlay(subscriber)
  return () => session.broadcast.donePlay(subscriber)
}

const nameOf = (format: number): string => codecNames[format] ?? `format ${format}`

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '')

function dataOf(tag: Buffer): Record<string, unknown> | undefined {
  return amf.decodeAmf0Data(tag.subarray(tagHeaderBytes, -tagTrailerBytes)).dataObj ?? undefined
}
