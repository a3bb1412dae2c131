// The live sources that are connected, as the studio shows them. Pure state: it talks to nobody. Used by the room alone.
import type { LiveSource, Presenter } from '@contract/live'
import type { OpenedSource } from './protocol'

export interface Source {
  readonly id: string
  readonly presenterId: number | null
  /** Of a microphone or a guest; a presenter's is in the table. */
  readonly name: string
  readonly address: string
  readonly connectedAt: number
  readonly protocol: OpenedSource['protocol']
  sound: 'none' | 'flowing' | 'stalled'
  software: string
  codec: string
  muted: boolean
  /** What arrives over the network; null until it has been measured. */
  kbps: number | null
  /** What the source calls its show. */
  showName: string
  /** What it says it plays. */
  title: SourceTitle | null
  /** Since when its sound flows without a break, by `performance.now()`. */
  flowingSinceMs: number | null
  /** Why it was taken off air and does not go on air again by itself. */
  heldBack: LiveSource['heldBack']
}

export interface SourceTitle {
  title: string
  artist: string
}

/** A source on air. */
export interface OnAir {
  sourceId: string
  mode: LiveSource['mode']
  /** When the engine confirmed. */
  since: number
}

export class Sources {
  readonly #sources = new Map<string, Source>()

  add(opened: OpenedSource): Source {
    const { sourceId, presenterId, name = '', address, connectedAt, protocol } = opened
    const source: Source = {
      id: sourceId,
      presenterId,
      name,
      address,
      connectedAt,
      protocol,
      sound: 'none',
      muted: false,
      software: '',
      codec: '',
      kbps: null,
      showName: '',
      title: null,
      flowingSinceMs: null,
      heldBack: null,
    }
    this.#sources.set(sourceId, source)
    return source
  }

  find(sourceId: string): Source | null {
    return this.#sources.get(sourceId) ?? null
  }

  describe(sourceId: string, software: string, codec: string): void {
    const source = this.#sources.get(sourceId)
    if (source) Object.assign(source, { software, codec })
  }

  mute(sourceId: string, muted: boolean): void {
    const source = this.#sources.get(sourceId)
    if (source) source.muted = muted
  }

  remove(sourceId: string): void {
    this.#sources.delete(sourceId)
  }

  all(): Source[] {
    return [...this.#sources.values()]
  }

  /** Those that could go on air without anybody's hand, longest connected first. */
  waiting(): Source[] {
    return this.all().filter(({ sound, heldBack }) => sound === 'flowing' && heldBack === null)
  }

  /** @param returnsAt when it goes on air by itself, where it waits for that */
  view(
    presenterOf: (id: number | null) => Presenter | null,
    airingOf: (sourceId: string) => OnAir | null,
    returnsAt: (source: Source) => number | null,
  ): LiveSource[] {
    return this.all().map((source) => {
      const presenter = presenterOf(source.presenterId)
      const airing = airingOf(source.id)
      return {
        id: source.id,
        presenterId: source.presenterId,
        presenter: presenter?.name ?? source.name,
        protocol: source.protocol,
        state: stateOf(source, airing !== null),
        mode: airing?.mode ?? presenter?.mode ?? usualModeOf(source),
        address: source.address,
        software: source.software,
        codec: source.codec,
        muted: source.muted,
        kbps: source.kbps,
        showName: presenter?.show || source.showName,
        title: source.title?.title ?? '',
        artist: source.title?.artist ?? '',
        connectedAt: source.connectedAt,
        onAirSince: airing?.since ?? null,
        heldBack: airing ? null : source.heldBack,
        returnsAt: returnsAt(source),
      }
    })
  }
}

/** Who has no mode of their own: a microphone or a guest speaks over the music. */
export const usualModeOf = ({ protocol }: Source): LiveSource['mode'] =>
  protocol === 'microphone' || protocol === 'guest' ? 'talkover' : 'full'

function stateOf(source: Source, airing: boolean): LiveSource['state'] {
  if (source.sound === 'none') return 'connecting'
  if (source.sound === 'stalled') return 'stalled'
  return airing ? 'onAir' : 'ready'
}
