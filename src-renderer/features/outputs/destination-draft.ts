// What stands in the form of a destination before it is saved, and what of it is sent. Pure.
import type { Destination, outputsContract } from '@contract/outputs'
import type { InferContractRouterInputs } from '@orpc/contract'
import { type AddressProblem, addressProblem, type DestinationKind } from './stream-address'

type Inputs = InferContractRouterInputs<typeof outputsContract>['destinations']
export type AudioBitrate = NonNullable<Inputs['create']['audioBitrateKbps']>

export const audioBitrates: AudioBitrate[] = [64, 96, 128, 160, 192, 256, 320]
export const videoSizes = ['640x360', '1280x720'] as const

export interface DestinationDraft {
  kind: DestinationKind
  name: string
  serverUrl: string
  /** Empty keeps the stored one. */
  streamKey: string
  video: Destination['video']
  audioBitrateKbps: AudioBitrate
  format: Destination['format']
}

/** A new destination with what suits its kind: Telegram and RTMP with a picture, SRT and Icecast without. */
export function newDraft(kind: DestinationKind): DestinationDraft {
  const picture = kind === 'telegram' || kind === 'rtmp'
  return {
    kind,
    name: '',
    serverUrl: '',
    streamKey: '',
    video: { enabled: picture, size: '1280x720', framesPerSecond: 5, kbps: 600 },
    audioBitrateKbps: kind === 'icecast' ? 192 : 128,
    format: kind === 'icecast' ? 'mp3' : 'aac',
  }
}

export function draftOf(destination: Destination): DestinationDraft {
  const { kind, name, serverUrl, video, audioBitrateKbps, format } = destination
  return {
    kind,
    name,
    serverUrl,
    streamKey: '',
    video: { ...video },
    audioBitrateKbps: audioBitrates.find((rate) => rate === audioBitrateKbps) ?? 128,
    format,
  }
}

export interface DraftProblems {
  name?: 'name'
  serverUrl?: AddressProblem
  streamKey?: 'key'
}

/** @param stored whether the engine already holds a key for it */
export function draftProblems(draft: DestinationDraft, stored: boolean): DraftProblems {
  const problems: DraftProblems = {}
  if (draft.name.trim() === '') problems.name = 'name'
  const address = addressProblem(draft.kind, draft.serverUrl)
  if (address) problems.serverUrl = address
  const needsKey = draft.kind === 'telegram' || draft.kind === 'icecast'
  if (needsKey && !stored && draft.streamKey.trim() === '') problems.streamKey = 'key'
  return problems
}

/** The body of a create or an update: an empty key is not sent, and only Icecast has a format. */
export function inputOf(draft: DestinationDraft): Inputs['create'] {
  const { kind, video, audioBitrateKbps, format } = draft
  const streamKey = draft.streamKey.trim()
  return {
    kind,
    name: draft.name.trim(),
    serverUrl: draft.serverUrl.trim(),
    audioBitrateKbps,
    ...(kind === 'icecast' ? { format } : { video }),
    ...(streamKey === '' ? {} : { streamKey }),
  }
}
