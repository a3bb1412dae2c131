// The few things the desktop window can do that a browser cannot, and the names of their channels.

/** On `window.wavedesk`, on the desktop alone. */
export interface Desktop {
  /** Opens the computer's own dialogue. @returns the folder, or null when the person thought better of it */
  chooseFolder(): Promise<string | null>
  /** Shows a file in the computer's file manager. */
  showFile(path: string): Promise<void>
  /** Asks for a new message port; it arrives as a window message with the data `portMessage`. */
  requestPort(): void
  /** Asks for a message port for the microphone; it arrives as a window message with the data `microphoneMessage`. */
  requestMicrophone(): void
  /** Tells the tray how the microphone is. What the tray asks for comes as a window message of `microphoneOrderMessages`. */
  tellMicrophone(state: MicrophoneState): void
}

export interface MicrophoneState {
  /** On air, or ready to be. */
  talking: boolean
  monitoring: boolean
}
export type MicrophoneOrder = 'talk' | 'muteMonitor'

export const portMessage = 'wavedesk:port'
export const microphoneMessage = 'wavedesk:microphone'
export const microphoneOrderMessages: Record<MicrophoneOrder, string> = {
  talk: 'wavedesk:talk',
  muteMonitor: 'wavedesk:mute-monitor',
}

export const channels = {
  requestPort: 'wavedesk:request-port',
  port: 'wavedesk:port',
  requestMicrophone: 'wavedesk:request-microphone',
  microphone: 'wavedesk:microphone',
  microphoneState: 'wavedesk:microphone-state',
  microphoneOrder: 'wavedesk:microphone-order',
  chooseFolder: 'wavedesk:choose-folder',
  showFile: 'wavedesk:show-file',
} as const
