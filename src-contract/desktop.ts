// The few things the desktop window can do that a browser cannot, and the names of their channels.

/** On `window.wavedesk`, on the desktop alone. */
export interface Desktop {
  /** Opens the computer's own dialogue. @returns the folder, or null when the person thought better of it */
  chooseFolder(): Promise<string | null>
  /** Shows a file in the computer's file manager. */
  showFile(path: string): Promise<void>
  /** Asks for a new message port; it arrives as a window message with the data `portMessage`. */
  requestPort(): void
}

export const portMessage = 'wavedesk:port'

export const channels = {
  requestPort: 'wavedesk:request-port',
  port: 'wavedesk:port',
  chooseFolder: 'wavedesk:choose-folder',
  showFile: 'wavedesk:show-file',
} as const
