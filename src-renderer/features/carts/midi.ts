// Keys of a MIDI controller: asked for when the operator switches them on, and heard on every screen from then on.
import { create } from 'zustand'
import { useStation } from '../../stores'
import { fireCart } from './cart-actions'
import { cartOfNote, noteOf } from './cart-rules'

export type MidiState = 'off' | 'asking' | 'on' | 'refused' | 'unsupported'

interface Midi {
  state: MidiState
  /** Names of the controllers that are connected. */
  inputs: string[]
  /** Gets the next note in place of the carts. */
  learn: ((note: number) => void) | null
}

const storageKey = 'wavedesk.midi'

export const useMidi = create<Midi>(() => ({ state: 'off', inputs: [], learn: null }))

let access: MIDIAccess | null = null

function heard(event: MIDIMessageEvent): void {
  const note = noteOf(event.data)
  if (note === null) return
  const { learn } = useMidi.getState()
  if (learn) {
    useMidi.setState({ learn: null })
    learn(note)
    return
  }
  const cart = cartOfNote(useStation.getState().state?.carts.pages ?? [], note)
  if (cart) void fireCart(cart.id)
}

/** Controllers come and go while the studio is open. */
function listen(): void {
  const inputs = [...(access?.inputs.values() ?? [])].filter(({ state }) => state === 'connected')
  for (const input of inputs) input.onmidimessage = heard
  useMidi.setState({ inputs: inputs.map(({ name }) => name ?? '') })
}

export async function switchMidiOn(): Promise<void> {
  if (!navigator.requestMIDIAccess) {
    useMidi.setState({ state: 'unsupported' })
    return
  }
  useMidi.setState({ state: 'asking' })
  try {
    access = await navigator.requestMIDIAccess()
  } catch {
    useMidi.setState({ state: 'refused' })
    return
  }
  access.onstatechange = listen
  localStorage.setItem(storageKey, 'on')
  useMidi.setState({ state: 'on' })
  listen()
}

export function switchMidiOff(): void {
  localStorage.removeItem(storageKey)
  if (access) {
    access.onstatechange = null
    for (const input of access.inputs.values()) input.onmidimessage = null
  }
  access = null
  useMidi.setState({ state: 'off', inputs: [], learn: null })
}

/** As it was when the studio was last open; the browser remembers its own answer. */
export function resumeMidi(): void {
  if (useMidi.getState().state === 'off' && localStorage.getItem(storageKey) === 'on') void switchMidiOn()
}
