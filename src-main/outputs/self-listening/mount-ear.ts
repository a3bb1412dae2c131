// Listens to a mount for a few seconds, as any player does.
import { get } from 'node:http'
import { aacFrameSamples, measureAdts } from '../frames/adts'
import { FrameParser } from '../frames/frame-parser'
import { measureMp3, mp3FrameSamples } from '../frames/mp3'
import { isOpusHeaderPage, measureOggPage, readOggPage } from '../frames/ogg'
import { type Codec, HearingError, ownHeader, patienceMs, type Snippet, snippetSeconds } from './snippet'

const rate = 48_000

/**
 * @param baseUrl of the listener plane, on this computer
 * @throws HearingError
 */
export function hearMount(baseUrl: string, codec: Codec, token: string, signal: AbortSignal): Promise<Snippet> {
  const counter = counters[codec]()
  const pieces: Buffer[] = []
  let samples = 0
  let playedAtMs = 0
  return new Promise((resolve, reject) => {
    const request = get(`${baseUrl}/stream.${codec}`, { agent: false, headers: { [ownHeader]: token }, signal })
    const fail = (verdict: HearingError['verdict'], message: string) => {
      clearTimeout(timer)
      request.destroy()
      reject(new HearingError(verdict, message))
    }
    const timer = setTimeout(() => fail('stale', 'It gives no sound.'), patienceMs)
    request.on('error', (error) => fail('unreachable', `It cannot be reached: ${error.message}`))
    request.on('response', (response) => {
      if (response.statusCode !== 200) return fail('unreachable', `It answers ${response.statusCode}.`)
      timer.refresh()
      response.on('data', (chunk: Buffer) => {
        timer.refresh()
        playedAtMs ||= Date.now()
        const taken = counter(chunk)
        pieces.push(...taken.pieces)
        samples += taken.samples
        if (samples < snippetSeconds * rate) return
        clearTimeout(timer)
        request.destroy()
        resolve({ codec, bytes: Buffer.concat(pieces), samples, playedAtMs })
      })
      response.on('end', () => fail('unreachable', 'It ended the connection.'))
      response.on('error', () => fail('unreachable', 'It broke the connection off.'))
    })
  })
}

/** Cuts what comes into whole frames and counts the sound in them. */
type Counter = (chunk: Buffer) => { pieces: Buffer[]; samples: number }

const fixed = (parser: FrameParser, samples: number): Counter => {
  return (chunk) => {
    const pieces = parser.push(chunk)
    return { pieces, samples: pieces.length * samples }
  }
}

const counters: Record<Codec, () => Counter> = {
  mp3: () => fixed(new FrameParser(measureMp3), mp3FrameSamples),
  aac: () => fixed(new FrameParser(measureAdts), aacFrameSamples),
  opus: () => {
    const parser = new FrameParser(measureOggPage)
    let before: bigint | null = null
    return (chunk) => {
      const pieces = parser.push(chunk).filter((page) => !isOpusHeaderPage(page))
      let samples = 0
      for (const page of pieces) {
        const { granule } = readOggPage(page)
        // Of the first page only its end is known; one lasts a tenth of a second.
        samples += before === null ? rate / 10 : Math.max(0, Number(granule - before))
        before = granule
      }
      return { pieces, samples }
    }
  },
}
