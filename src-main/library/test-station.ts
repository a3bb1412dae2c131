// For the tests of this room: a library on a folder and a database of its own, and sound files made by ffmpeg.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus, EventName } from '@contract/events'
import { type SettingKey, type SettingsReader, settings as table } from '@contract/settings'
import { silentLog } from '../monitoring'
import { runToEnd } from '../processes'
import { openMemoryDatabase } from '../storage'
import { createLibrary, type Library, type LibraryDeps } from './library'

export const ffmpegPath = process.env['WAVEDESK_FFMPEG'] || 'ffmpeg'

export function createEvents(): EventBus {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  return {
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
  }
}

export const defaultSettings = (changed: Partial<Record<SettingKey, unknown>> = {}): SettingsReader => ({
  get: (key) => (changed[key] ?? table[key].default) as never,
  onChange: () => () => {},
})

export interface TestStation {
  library: Library
  db: DatabaseSync
  events: EventBus
  /** A folder for music, empty. */
  music: string
  dataDir: string
  /** Closes the library and opens it again, as a restart of the station does. */
  restart(): Promise<Library>
  close(): Promise<void>
}

export function openTestStation(changes: Partial<LibraryDeps> = {}): TestStation {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-library-'))
  const [music, dataDir] = [join(folder, 'music'), join(folder, 'data')]
  mkdirSync(music)
  const db = openMemoryDatabase()
  const events = createEvents()
  const open = () =>
    createLibrary({
      ...{ db, dataDir, events, settings: defaultSettings(), log: silentLog, ffmpegPath: () => ffmpegPath },
      ...changes,
    })
  const station: TestStation = {
    library: open(),
    ...{ db, events, music, dataDir },
    async restart() {
      await station.library.close()
      station.library = open()
      return station.library
    },
    async close() {
      await station.library.close()
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return station
}

export interface MadeSound {
  seconds?: number
  frequencyHz?: number
  tags?: Record<string, string>
  /** Further output options, the codec for example. */
  options?: string[]
  /** In place of a tone. */
  source?: string
  /** A picture to put in. */
  picture?: string
}

/** Makes a sound file; its format follows its extension. */
export async function makeSound(path: string, sound: MadeSound = {}): Promise<string> {
  const { seconds = 2, frequencyHz = 440, tags = {}, options = [] } = sound
  mkdirSync(dirname(path), { recursive: true })
  const source = sound.source ?? `sine=f=${frequencyHz}:d=${seconds},aformat=channel_layouts=stereo,volume=0.8`
  await ffmpeg([
    ...['-f', 'lavfi', '-i', source],
    ...(sound.picture
      ? ['-i', sound.picture, '-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic']
      : []),
    ...Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
    ...options,
    path,
  ])
  return path
}

/** Runs ffmpeg. @returns its error output, where its measurements are */
export async function ffmpeg(args: string[]): Promise<string> {
  let printed = ''
  const { exit } = await runToEnd({
    ...{ name: 'test.ffmpeg', job: 'test', command: ffmpegPath, args: ['-hide_banner', '-nostdin', '-y', ...args] },
    onStderrLine: (line) => {
      printed += `${line}\n`
    },
  })
  if (!exit.ok) throw new Error(exit.message + exit.stderrTail)
  return printed
}

/** Resolves once the condition holds; it is looked at after each event of the library. */
export function until(events: EventBus, condition: () => boolean, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (result: () => void) => {
      clearTimeout(timer)
      for (const off of offs) off()
      result()
    }
    const look = () => {
      if (condition()) end(resolve)
    }
    const offs = [events.on('library.changed', look), events.on('library.job', look)]
    const timer = setTimeout(() => end(() => reject(new Error(`Did not happen: ${what}`))), 20_000)
    look()
  })
}

/** Tracks by file name. */
export function byName(library: Library) {
  const page = library.operations.tracks.list({ sort: 'fileName', order: 'asc', limit: 500 })
  if (page instanceof Promise) throw new Error('Listing does not wait for anything.')
  return new Map(page.items.map((track) => [track.fileName, track]))
}
