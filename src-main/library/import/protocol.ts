// What the library's main side and its reader threads say to each other.
import type { KeptPicture } from '../artwork-store'
import type { MisreadTag } from '../tags/misread-tags'
import type { TrackFacts } from '../tags/read-track'
import type { TagWriteAnswer, TagWriteRequest } from '../tags/write-tags'
import type { FoundFile, WalkPiece } from './walk'

export type ReaderRequest =
  | { type: 'walk'; root: string; deep: boolean }
  | { type: 'read'; files: FoundFile[]; artworkFolder: string }
  | { type: 'hash'; path: string }
  | { type: 'misread'; path: string }
  | { type: 'thumbnail'; artworkFolder: string; name: string }
  | { type: 'keepPicture'; artworkFolder: string; bytes: Uint8Array }
  | ({ type: 'writeTags' } & TagWriteRequest)
  /** Moves what was written lately into the database file, which takes the disk long at times. */
  | { type: 'checkpoint'; databasePath: string }

export type ReadResult = { path: string } & (
  | { ok: true; facts: TrackFacts; artwork: string | null }
  | { ok: false; why: string }
)

export interface ReaderAnswers {
  /** Pieces come as `part` messages; the answer ends them. */
  walk: null
  read: ReadResult[]
  hash: string
  misread: MisreadTag[]
  thumbnail: string | null
  keepPicture: KeptPicture
  writeTags: TagWriteAnswer
  checkpoint: null
}

export type ReaderAnswer<Type extends ReaderRequest['type']> = ReaderAnswers[Type]
export type WalkPart = WalkPiece
