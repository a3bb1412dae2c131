// Lets the compiler see the mixer at work before the station goes on air: the first second of a program would otherwise
// cost ten times the processor of the rest, and its blocks would be late.
import type { OpenDecoder } from './decoder-process'
import { Engine } from './engine'
import { sampleRate } from './format'
import type { EngineItem } from './protocol'

const blocks = 200
const itemSeconds = 2

/** Renders some seconds of made-up sound, loud enough for the limiter, with a crossfade and a voice. */
export async function warmUp(): Promise<void> {
  const sound = Float32Array.from(
    { length: 16_384 },
    (_, index) => Math.sin(index * 0.11) + 0.3 * Math.sin(index * 1.7),
  )
  const openDecoder: OpenDecoder = (_, sink) => {
    queueMicrotask(() => {
      for (let frames = 0; frames < itemSeconds * sampleRate; frames += sound.length / 2) sink.samples(sound)
    })
    return { pid: null, pause: () => {}, resume: () => {}, close: () => {} }
  }
  const engine = new Engine({ clock: { epochMsOf: () => 0 }, openDecoder, emit: () => {} })
  const items = (['music', 'music', 'speech'] as const).map((kind, index) => itemOf(index, kind))
  engine.command({ type: 'configure', configuration: { crossfadeSeconds: 0.5 } })
  engine.command({ type: 'upcoming', items })
  engine.command({ type: 'start' })
  for (let block = 0; block < blocks; block++) {
    await null
    engine.renderBlock()
  }
  engine.close()
}

function itemOf(id: number, kind: EngineItem['kind']): EngineItem {
  return {
    id,
    path: '',
    kind,
    cueInSeconds: 0,
    cueOutSeconds: itemSeconds,
    startNextSeconds: itemSeconds - 0.5,
    fadeInSeconds: null,
    fadeOutSeconds: null,
    gainDb: id === 0 ? 3 : -6,
    quietByDesign: false,
    durationSeconds: itemSeconds,
  }
}
