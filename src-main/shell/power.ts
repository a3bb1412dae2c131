// While the station is on air the computer must not fall asleep.
import { powerSaveBlocker } from 'electron'

export interface PowerKeeper {
  set(onAir: boolean): void
}

export function createPowerKeeper(): PowerKeeper {
  let blocker: number | null = null
  return {
    set(onAir) {
      if (onAir && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
      if (!onAir && blocker !== null) {
        powerSaveBlocker.stop(blocker)
        blocker = null
      }
    },
  }
}
