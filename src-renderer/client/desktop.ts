// The few calls the desktop's preload offers; in a browser there are none.
import type { Desktop } from '@contract/desktop'

declare global {
  interface Window {
    wavedesk?: Desktop
  }
}

export const desktop = (): Desktop | undefined => window.wavedesk
