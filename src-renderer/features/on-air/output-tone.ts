// What colour and shape a state of an output has.
import type { Output } from '@contract/outputs'
import type { Tone } from '../../ui'

const tones: Record<Output['state'], Tone> = {
  off: 'idle',
  starting: 'busy',
  running: 'good',
  retrying: 'warning',
  stalled: 'warning',
  failed: 'bad',
}

export const outputTone = (state: Output['state']): Tone => tones[state]

/** What is wrong with how it sounds, although it runs; null where nothing is. */
export const heardWrong = ({ heard, state }: Output) =>
  state === 'running' && heard !== null && heard.verdict !== 'ok' ? heard.verdict : null
