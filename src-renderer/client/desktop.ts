// The few calls the desktop's preload offers; in a browser there are none.

export interface Desktop {
  /** Opens the computer's own dialogue. @returns the folder, or null when the person thought better of it. */
  chooseFolder(): Promise<string | null>
  /** Asks for a new port after the old one ended. */
  requestPort?(): void
}

declare global {
  interface Window {
    wavedesk?: Desktop
  }
}

export const desktop = (): Desktop | undefined => window.wavedesk
