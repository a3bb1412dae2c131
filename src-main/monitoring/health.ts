// Whether the station is well: every component is asked when somebody wants to know.
import type { DatabaseSync } from 'node:sqlite'
import type { Health } from '@contract/monitoring'

export type ComponentName = keyof Health['components']
export type ComponentHealth = Health['components'][ComponentName]

export interface HealthDesk {
  /** Sets how a component is asked; asking takes no time worth speaking of. A probe that throws counts as down. */
  probe(component: ComponentName, ask: () => ComponentHealth): void
  read(): Health
}

export interface HealthDeps {
  db: DatabaseSync
  version: string
  uptimeSeconds: () => number
  /** A trouble of the disk or the backups that is open; it makes the database degraded. */
  storageTrouble: () => string | null
}

const everyComponent: Record<ComponentName, true> = {
  api: true,
  database: true,
  playout: true,
  hls: true,
  mounts: true,
  rtmp: true,
  telegram: true,
}
const componentNames = Object.keys(everyComponent) as ComponentName[]

/** Without these there is no station; without the others there is one that lacks something. */
const vital: readonly ComponentName[] = ['api', 'database', 'playout']

export function createHealth(deps: HealthDeps): HealthDesk {
  const ping = deps.db.prepare('SELECT 1')
  const probes = new Map<ComponentName, () => ComponentHealth>([
    // Whoever reads this came through the API.
    ['api', () => ({ status: 'ok' })],
    [
      'database',
      () => {
        ping.get()
        const message = deps.storageTrouble()
        return message === null ? { status: 'ok' } : { status: 'degraded', message }
      },
    ],
  ])
  const ask = (component: ComponentName): ComponentHealth => {
    const probe = probes.get(component)
    if (!probe) return { status: 'down', message: 'It has not started.' }
    try {
      return probe()
    } catch (error) {
      return { status: 'down', message: (error as Error).message }
    }
  }
  return {
    probe: (component, askComponent) => void probes.set(component, askComponent),
    read() {
      const components = Object.fromEntries(componentNames.map((name) => [name, ask(name)])) as Health['components']
      const isDown = vital.some((name) => components[name].status === 'down')
      const isWell = componentNames.every((name) => components[name].status === 'ok')
      const { version } = deps
      return {
        status: isDown ? 'down' : isWell ? 'ok' : 'degraded',
        version,
        uptimeSeconds: deps.uptimeSeconds(),
        components,
      }
    },
  }
}
