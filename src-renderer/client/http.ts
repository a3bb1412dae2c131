// What travels by HTTP and not by RPC: files in and out, sign-in. Paths are relative to the origin, also on the desktop.
import { type ErrorCode, StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import type { CsvFile } from '@contract/metadata'
import type { JoinMarks } from '@contract/transitions'

export const artworkUrl = (trackId: number): string => `/api/tracks/${trackId}/artwork`
/** A picture of the whole track: time to the right, 0 Hz below. */
export const spectrumUrl = (trackId: number): string => `/api/tracks/${trackId}/spectrum`
/** The original file, with ranges: for listening before it airs. */
export const trackFileUrl = (trackId: number): string => `/api/tracks/${trackId}/file`

export interface WaveformPeaks {
  durationSeconds: number
  /** 0 to 1, evenly spread over the duration. */
  peaks: number[]
}

/** @throws StationError not_found while the track has not been analysed. */
export async function fetchWaveform(trackId: number, signal?: AbortSignal): Promise<WaveformPeaks> {
  const response = await fetch(`/api/tracks/${trackId}/waveform`, signal ? { signal } : {})
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as WaveformPeaks
}

/** Peaks of a part of a track, as close as the library keeps them. */
export interface WaveformPart extends WaveformPeaks {
  fromSeconds: number
  toSeconds: number
}

/** @throws StationError not_found while the track has not been analysed, validation for a part that is not there */
export async function fetchWaveformPart(
  trackId: number,
  fromSeconds: number,
  toSeconds: number,
  signal: AbortSignal,
): Promise<WaveformPart> {
  const query = new URLSearchParams({ from: `${fromSeconds}`, to: `${toSeconds}`, perSecond: '50' })
  const response = await fetch(`/api/tracks/${trackId}/waveform?${query}`, { signal })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as WaveformPart
}

export interface JoinSound {
  wav: Blob
  /** Where the second item begins in it. */
  joinAtSeconds: number
}

/** A join as the engine would send it. @throws StationError */
export async function previewJoin(
  queueId: number,
  input: JoinMarks & { seconds: number },
  signal: AbortSignal,
): Promise<JoinSound> {
  const response = await fetch(`/api/queue/${queueId}/join/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    signal,
  })
  if (!response.ok) throw await errorOf(response)
  return { wav: await response.blob(), joinAtSeconds: Number(response.headers.get('x-join-at-seconds')) }
}

/**
 * Uploads one audio file into the library.
 * @param onProgress fraction sent, 0 to 1
 * @throws StationError with the station's own sentence
 */
export function uploadTrack(file: File, onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<Track> {
  const request = new XMLHttpRequest()
  const form = new FormData()
  form.append('file', file, file.name)
  return new Promise((resolve, reject) => {
    request.open('POST', '/api/tracks')
    request.responseType = 'text'
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Track)
      else reject(errorFrom(request.status, request.responseText))
    })
    request.addEventListener('error', () => reject(new StationError('unavailable', 'The station cannot be reached.')))
    request.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')))
    signal?.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

async function sent<Answer>(method: string, path: string, body?: Blob): Promise<Answer> {
  const response = await fetch(path, { method, ...(body ? { body } : {}) })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as Answer
}

/** A JPEG, PNG or WebP in place of the track's picture. @throws StationError with the station's own sentence */
export const sendArtwork = (trackId: number, file: Blob): Promise<Track> => sent('PUT', artworkUrl(trackId), file)
export const removeArtwork = (trackId: number): Promise<Track> => sent('DELETE', artworkUrl(trackId))
/** A picture for many tracks. @returns its name for the batch @throws StationError */
export const sendPicture = (file: Blob): Promise<{ picture: string }> => sent('POST', '/api/library/pictures', file)
/** A table for taking over. @throws StationError */
export const sendTable = (file: Blob): Promise<CsvFile> => sent('POST', '/api/library/csv', file)
export const exportUrl = (format: 'csv' | 'json', query: Record<string, string>): string =>
  `/api/library/export.${format}?${new URLSearchParams(query)}`

/** Posts JSON to one of the sign-in paths. @throws StationError */
export async function postJson(path: string, body?: unknown): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  })
  if (!response.ok) throw await errorOf(response)
}

async function errorOf(response: Response): Promise<StationError> {
  return errorFrom(response.status, await response.text(), response.headers.get('retry-after'))
}

/** @returns what an answer of the station says went wrong */
export function errorFrom(status: number, text: string, retryAfter?: string | null): StationError {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } }
    if (error?.code && error.message) {
      return new StationError(error.code as ErrorCode, error.message, retryAfter ? { retryAfter } : undefined)
    }
  } catch {
    // Not an answer of the station: a proxy in between, perhaps.
  }
  return new StationError(status === 401 ? 'unauthorised' : 'internal', `The station answered ${status}.`)
}
