// What an operator can do by key or palette, wherever they are. The buttons of the desk do the same.

import type { Air } from '@contract/playout'
import type { Role } from '@contract/roles'
import {
  type Icon,
  IconBroadcast,
  IconMicrophone,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconWaveSine,
} from '@tabler/icons-react'
import { client } from '../client'
import { useDesk } from '../features/on-air/desk-store'
import { toggleTalk } from '../features/talk'
import { navigate } from './router'

export interface Command {
  id: string
  /** Keys of its name and of what it does, in app.json. */
  name: string
  hint: string
  icon: Icon
  /** As they stand on the keyboard: 'F', '→'. */
  keys: string[]
  role: Role
  possible(air: Air): boolean
  /** A refusal is thrown; whoever runs it shows it. */
  run(): Promise<unknown> | undefined
}

export const commands: Command[] = [
  {
    id: 'start',
    name: 'command.start.name',
    hint: 'command.start.hint',
    icon: IconBroadcast,
    keys: ['O'],
    role: 'presenter',
    possible: (air) => !air.onAir,
    run: () => client.playout.start(),
  },
  {
    id: 'talk',
    name: 'command.talk.name',
    hint: 'command.talk.hint',
    icon: IconMicrophone,
    keys: ['T'],
    role: 'presenter',
    possible: (air) => air.onAir,
    run: () => toggleTalk(),
  },
  {
    id: 'fade',
    name: 'command.fade.name',
    hint: 'command.fade.hint',
    icon: IconWaveSine,
    keys: ['F'],
    role: 'presenter',
    possible: (air) => air.onAir,
    run: () => client.playout.fade(),
  },
  {
    id: 'skip',
    name: 'command.skip.name',
    hint: 'command.skip.hint',
    icon: IconPlayerSkipForward,
    keys: ['S', '→'],
    role: 'presenter',
    possible: (air) => air.onAir,
    run: () => client.playout.skip(),
  },
  {
    id: 'stop',
    name: 'command.stop.name',
    hint: 'command.stop.hint',
    icon: IconPlayerStop,
    keys: ['X'],
    role: 'presenter',
    possible: (air) => air.onAir,
    // Going off air is never done by one key: it opens the question on the desk.
    run: () => {
      navigate('/on-air')
      useDesk.getState().askStop(true)
      return undefined
    },
  },
]

const arrows: Record<string, string> = { ArrowRight: '→' }

/** @returns the command of a key press, or undefined: with a modifier a key belongs to the browser. */
export function commandOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined
  const key = arrows[event.key] ?? event.key.toUpperCase()
  return commands.find((command) => command.keys.includes(key))
}
