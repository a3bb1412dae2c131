import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { Destination } from '@contract/outputs'
import type { Outputs as Plane } from '../outputs'
export interface Outputs extends Plane {
  operations: Operations<'outputs'>
  destinations(): Destination[]
  startDestinations(): Promise<void>
  localUrl(): string
}
export function withoutPushes(plane: Plane): Outputs {
  const no = (): never => {
    throw new StationError('unavailable', 'Not yet.')
  }
  const get = () => ({ outputs: plane.status(), destinations: [] })
  return Object.assign(plane, {
    destinations: () => [],
    startDestinations: async () => {},
    localUrl: () => plane.listenUrl(),
    operations: {
      get,
      restart: ({ id }) => {
        plane.restart(id as never)
        return get()
      },
      destinations: {
        list: () => [],
        get: no,
        create: no,
        update: no,
        remove: no,
        start: no,
        stop: no,
        retry: no,
        history: no,
      },
      telegram: { start: no, stop: no, restart: no, getConfig: no, setConfig: no },
    } as Operations<'outputs'>,
  })
}
