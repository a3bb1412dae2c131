// Who is calling, and what the server needs of the rooms. Rooms satisfy these shapes; nothing here is a room's inside.

import type { Readable } from 'node:stream'
import type { Me } from '@contract/access'
import type { Track } from '@contract/library'
import type { CsvFile, TrackChoice } from '@contract/metadata'
import type { Operations } from '@contract/operations'
import type { PlaylistFormat, PlaylistImport } from '@contract/playlist-files'
import type { StateChange } from '@contract/station'
import type { JoinMarks } from '@contract/transitions'
import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Log } from '../monitoring'

export interface CallContext {
  /** Null when nobody is signed in. */
  who: Me | null
  noteChange: ServerDeps['noteChange']
}

/** Which part of a waveform, and how closely. */
export interface WaveformView {
  points?: number
  perSecond?: number
  fromSeconds?: number
  toSeconds?: number
}

/** Operations that write down who called them. */
type Signed<Ops, Names extends keyof Ops> = {
  [Name in Names]: Ops[Name] extends (input: infer In) => infer Out ? (input: In, by: string) => Out : never
}

/** Which tracks an export holds, and what parts its cells. */
export interface ExportQuery extends Omit<TrackChoice, 'trackIds' | 'all'> {
  delimiter?: ',' | ';' | '\t'
}

/** The operations of every room, named as in the contract. */
export interface Rooms {
  station: Omit<Operations<'station'>, 'subscribe'> & {
    subscribe(signal: AbortSignal): AsyncIteratorObject<StateChange, undefined, void>
  }
  playout: Operations<'playout'>
  carts: Operations<'carts'>
  rotation: Operations<'rotation'>
  library: Omit<Operations<'library'>, 'tracks'> & {
    tracks: Omit<Operations<'library'>['tracks'], 'update'> & Signed<Operations<'library'>['tracks'], 'update'>
  }
  metadata: Omit<Operations<'metadata'>, 'batch' | 'csv'> & {
    batch: Omit<Operations<'metadata'>['batch'], 'apply' | 'undo'> &
      Signed<Operations<'metadata'>['batch'], 'apply' | 'undo'>
    csv: Omit<Operations<'metadata'>['csv'], 'apply'> & Signed<Operations<'metadata'>['csv'], 'apply'>
  }
  playlists: Operations<'playlists'>
  live: Operations<'live'>
  outputs: Operations<'outputs'>
  monitoring: Operations<'monitoring'>
  recorder: Operations<'recorder'>
  drills: Operations<'drills'>
  loudness: Operations<'loudness'>
  transitions: Operations<'transitions'>
  trackPage: Operations<'trackPage'>
  rights: Omit<Operations<'rights'>, 'entries' | 'gaps'> & {
    entries: Pick<Operations<'rights'>['entries'], 'list' | 'trail'> &
      Signed<Operations<'rights'>['entries'], 'correct' | 'add'>
    gaps: Pick<Operations<'rights'>['gaps'], 'list'> & Signed<Operations<'rights'>['gaps'], 'fill'>
  }
  access: {
    keys: {
      list: Operations<'access'>['keys']['list']
      create(
        input: Parameters<Operations<'access'>['keys']['create']>[0],
        who?: Me,
      ): ReturnType<Operations<'access'>['keys']['create']>
      remove(input: { id: number }, who?: Me): ReturnType<Operations<'access'>['keys']['remove']>
    }
  }
}

interface SignedIn {
  me: Me
  session: { token: string; expiresAt: number }
}

/** A connection that carries sound and short messages. */
export interface MicrophonePipe {
  send(message: string | Uint8Array<ArrayBuffer>): void
  /** Bytes that wait for a slow reader. */
  readonly backlogBytes: number
  onMessage(listener: (message: string | Uint8Array) => void): void
  /** Called once, whoever ended it. */
  onClose(listener: () => void): void
  close(): void
}

/** Milliseconds since epoch; `to` is not part of it. */
export type ReportOrder = { from: number; to: number } & (
  | { format: 'csv'; templateId: number | null }
  | { format: 'soundexchange'; category: string }
  | { format: 'cuesheet' }
)

/** What is said of a playlist file beside the file itself. */
export interface PlaylistFileRequest {
  fileName: string
  format?: PlaylistFormat | undefined
  name?: string | undefined
  base?: string | undefined
  folderId?: number | null | undefined
}

/** What the server needs; `station/` hands it in. */
export interface ServerDeps {
  rooms: Rooms
  log: Log
  version: string
  /** Folder of the built renderer. */
  rendererDir: string
  /** Further host names that are ours, beside IP addresses and localhost. */
  hostNames(): readonly string[]
  /** Origins of the listener plane, which the studio's preview plays. */
  listenOrigins(): readonly string[]
  authenticate(credentials: { bearer: string | undefined; sessionToken: string | undefined }): Me | null
  access: {
    setup(input: { token: string; name: string; password: string }, from: { address: string }): Promise<SignedIn>
    signIn(input: { name: string; password: string }, from: { address: string }): Promise<SignedIn>
    signOut(sessionToken: string): void | Promise<void>
  }
  playlistFiles: {
    /** @param request asked for once the file is here @throws StationError */
    receive(stream: Readable, request: () => Promise<PlaylistFileRequest>): Promise<PlaylistImport>
    /** @throws StationError not_found */
    write(
      playlistId: number,
      options: { format: PlaylistFormat; paths: 'absolute' | 'relative'; base?: string | undefined },
    ): { fileName: string; type: string; stream: AsyncGenerator<string> }
    /** JSON of the items of a list. @throws StationError not_found */
    items(playlistId: number, offset?: number, limit?: number): AsyncGenerator<string>
  }
  media: {
    /** @throws StationError not_found */
    filePath(trackId: number): string
    artwork(trackId: number, size: 'full' | 'thumbnail'): Promise<{ bytes: Uint8Array; type: string } | null>
    /** peaks 0 to 1 over the whole track, or the part asked for; null until analysed @throws StationError not_found, validation */
    /** PNG @throws StationError not_found, unprocessable */
    spectrum(trackId: number): Promise<Uint8Array<ArrayBuffer>>
    waveform(trackId: number, view: WaveformView): { durationSeconds: number; peaks: number[] } | null
  }
  /** What aired, as a file. @throws StationError validation, not_found */
  report(order: ReportOrder): { fileName: string; contentType: string; text: Iterable<string> }
  metadata: {
    exportTable(format: 'csv' | 'json', query: ExportQuery): Readable
    /** @throws StationError too_large, validation */
    receiveTable(source: Readable): Promise<CsvFile>
    /** @throws StationError too_large, unprocessable */
    receivePicture(source: Readable): Promise<{ picture: string; width: number; height: number }>
    setArtwork(trackId: number, source: Readable): Promise<Track>
    removeArtwork(trackId: number): Track
  }
  recordings: {
    /** @throws StationError not_found */
    listen(range: { from: number; to: number | null }): { stream: Readable; type: string; from: number; to: number }
    /** @throws StationError not_found, conflict */
    filePath(id: number): string
  }
  /** The sound of the join into an item of the queue. @throws StationError */
  previewJoin(input: { id: number; marks: JoinMarks; seconds: number }): Promise<{
    wav: Uint8Array<ArrayBuffer>
    joinAtSeconds: number
    overlapSeconds: number
  }>
  acceptUpload(file: { name: string; stream: Readable }): Promise<Track>
  resumableUpload(request: Request): Promise<Response>
  /** A microphone of the studio. @param name whose it is */
  acceptMicrophone(pipe: MicrophonePipe, name: string, address: string): void
  prometheus(): Promise<{ contentType: string; text: string }>
  /** Something was changed by somebody, e.g. `playout.queue.add`. */
  noteChange(who: Me, operation: string): void
  /** Keys or sessions were removed. @returns a function that ends the subscription */
  onAccessChanged(listener: () => void): () => void
  observeRequest(method: string, status: number, milliseconds: number): void
}

export const sessionCookie = 'wavedesk_session'

export interface AppEnv {
  // The desktop hands in who is calling; over HTTP it is read from the key or the cookie.
  Bindings: Partial<HttpBindings> & { desktop?: Me }
  Variables: { who: Me | null; address: string }
}
export type StudioApp = Hono<AppEnv>

/** @returns who the request's key or cookie belongs to */
export function identify(
  deps: ServerDeps,
  request: { authorization: string | undefined; session: string | undefined },
): Me | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.authorization ?? '')?.[1]
  return deps.authenticate({ bearer, sessionToken: request.session })
}
