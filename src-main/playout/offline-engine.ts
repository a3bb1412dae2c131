// The engine without a clock behind the same port: the room plans for it as for the real one, as fast as the processor allows.

import { renderOffline } from './engine/offline'
import type { EngineConfiguration, EngineEvent, EngineItem } from './engine/protocol'
import type { EnginePort } from './ports'
import { sampleRate } from './program-ring'
import type { Playout } from './room'

export interface OfflineEngine extends EnginePort {
  /** Wall time of the program, milliseconds since epoch: the room's clock. */
  now(): number
  /**
   * Puts the station on air, where it was if it was on air, and renders.
   * @returns blocks of interleaved stereo float32 at 48 kHz; each is to be used before the next is asked for
   */
  run(playout: Playout, seconds: number): AsyncGenerator<Float32Array, void, void>
}

/** @param startMs wall time of the first frame, milliseconds since epoch */
export function createOfflineEngine(ffmpegPath: string, startMs: number): OfflineEngine {
  const listeners = new Set<(event: EngineEvent) => void>()
  const configuration: Partial<EngineConfiguration> = {}
  const supplied = new Set<number>()
  let upcoming: EngineItem[] = []
  let frame = 0

  return {
    now: () => startMs + (frame * 1000) / sampleRate,
    send(command) {
      if (command.type === 'configure') Object.assign(configuration, command.configuration)
      if (command.type === 'upcoming') upcoming = command.items
    },
    sendLivePort: (port) => port.close(),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async *run(playout, seconds) {
      // The engine goes on air with the first block; until then this waits for it to say so.
      const onAir = playout.begin().then(() => playout.start({}))
      await playout.settled()
      const blocks = renderOffline({
        ffmpegPath,
        configuration,
        startMs,
        seconds,
        // Nobody looks at the meters of a file.
        inputs: [{ atFrame: 0, command: { type: 'watchMeters', enabled: false } }],
        async supply() {
          await playout.settled()
          const item = upcoming.find(({ id }) => !supplied.has(id)) ?? null
          if (item) supplied.add(item.id)
          return item
        },
      })
      for await (const block of blocks) {
        frame = block.frame
        for (const event of block.events) for (const listener of listeners) listener(event)
        if (block.samples.length > 0) yield block.samples
      }
      await onAir
    },
  }
}
