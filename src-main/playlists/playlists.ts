// The room `playlists`: the operations of the contract, and the draws of the rotation for the planner.
import { tmpdir } from 'node:os'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Track } from '@contract/library'
import type { Operations } from '@contract/operations'
import type { Playlist, Smart } from '@contract/playlists'
import { inTransaction } from '../storage'
import { createFigures } from './figures'
import { createFolders } from './folders'
import { createItems, type Items, plainItem } from './item-operations'
import { createItemStore } from './item-store'
import { createLibrarySync } from './library-sync'
import { createPlaylistStore, type PlaylistRow, smartView } from './playlist-store'
import { createRotation, type Rotation } from './rotation'
import { createShares } from './share/shares'
import { createShuffles } from './shuffle'
import { createSlices } from './slices'
import type { CompileRules } from './smart/members'
import { createSmartLists } from './smart/smart-lists'
import { createTransfer, type Transfer, type TransferDeps } from './transfer/transfer'

export interface PlaylistsDeps extends Partial<Pick<TransferDeps, 'fold' | 'repairText' | 'workFolder'>> {
  db: DatabaseSync
  events: EventBus
  /** Whole tracks for the item list, in any order; ids that are gone are left out. */
  tracksById: (trackIds: readonly number[]) => Track[]
  /** Puts tracks at the end of the queue. @returns how many were added */
  enqueue: (trackIds: readonly number[], reason: string, playlistId: number) => number
  /** Without it smart lists stay as they are: a program that is only rendered needs no more. */
  compileRules?: CompileRules
  /** Where listeners find the station, without a slash at its end. */
  listenUrl?: () => string
  /** The station's zone, "Europe/Berlin". */
  timezone?: () => string
  /** Milliseconds since epoch. */
  now?: () => number
}

export interface Playlists extends Operations<'playlists'> {
  rotation: Rotation & {
    /** The longest overlap of a playlist's songs; null where the station's holds. */
    crossfadeSeconds(playlistId: number): number | null
  }
  /** Files in and out, for the server. */
  files: Pick<Transfer, 'receive' | 'write'> & { items: Items['write'] }
  /** @returns the JSON of a list's public page; null for a link that is none, was ended, or is over */
  sharedDocument(token: string): Promise<string | null>
  /** Grows with every change, for the state stream. */
  revision(): number
  /** Resolves when the shuffles and the smart lists have taken over everything the library announced. */
  settled(): Promise<void>
  close(): Promise<void>
}

const detailDefaults = {
  description: '',
  role: 'none',
  weight: 1,
  crossfadeSeconds: null,
  folderId: null,
  smart: null,
} as const
const orderDefault = { by: 'artist', direction: 'asc' } as const
const clearedAtOnce = 500

/** Opens the room. Tables `tracks` of the library are read for durations, states and artists. */
export function createPlaylists(deps: PlaylistsDeps): Playlists {
  const { db, events, tracksById, enqueue, now = Date.now } = deps
  const store = createPlaylistStore(db)
  const itemStore = createItemStore(db)
  const shuffles = createShuffles(db)
  const crossfades = new Map<number, number | null>()
  let revision = 1
  let closed = false
  const figures = createFigures(db, (id) => tell(id))
  const rotation = createRotation(db, shuffles, () => sync.prepareAllMusic(), {
    ...{ events, now, timezone: deps.timezone },
    onDrawn: () => {
      revision += 1
    },
    onRules: () => announce(null),
  })
  let allMusic = rotation.usesAllMusic()
  const sync = createLibrarySync(
    shuffles,
    events,
    () => !allMusic,
    () => announce(null),
  )
  const off = events.on('library.changed', () => {
    figures.forget(null)
    revision += 1
  })

  function tell(playlistId: number | null): void {
    revision += 1
    events.emit('playlists.changed', { playlistId })
  }

  function announce(playlistId: number | null): void {
    figures.forget(playlistId)
    crossfades.clear()
    const nowAllMusic = rotation.usesAllMusic()
    // With a list in rotation all music is not kept in step with the library.
    if (nowAllMusic && !allMusic) sync.request()
    allMusic = nowAllMusic
    tell(playlistId)
  }

  function crossfadeSeconds(playlistId: number): number | null {
    let seconds = crossfades.get(playlistId)
    if (seconds === undefined) {
      seconds = store.crossfadeSeconds(playlistId)
      crossfades.set(playlistId, seconds)
    }
    return seconds
  }

  function changed(id: number): void {
    store.touch(id, now())
    announce(id)
  }

  function view(row: PlaylistRow): Playlist {
    const { smart: _, sharedUntil, ...rest } = row
    const shared = sharedUntil !== null && sharedUntil > now()
    return { ...rest, ...smartView(row), ...figures.of(row.id), shared, remainingInShuffle: shuffles.remaining(row.id) }
  }
  const viewOf = (id: number) => view(store.get(id))

  const items = createItems({ db, items: itemStore, shuffles, tracksById, playlist: store.get, changed })
  const smartLists = createSmartLists({
    ...{ db, store, shuffles, events, compile: deps.compileRules ?? null, now },
    day: () => dayIn(deps.timezone?.() ?? 'UTC', now()),
    onChanged: (id) => announce(id),
  })

  function hide(id: number): void {
    store.hide(id)
    void clearHidden()
  }
  let clearing: Promise<void> | null = null
  /** Takes away the items of deleted lists in parts. */
  function clearHidden(): Promise<void> {
    clearing ??= (async () => {
      const slices = createSlices()
      await slices.rest()
      for (let id = closed ? null : store.nextHidden(); id !== null; id = closed ? null : store.nextHidden()) {
        const listId = id
        while (!closed && inTransaction(db, () => store.clearHidden(listId, clearedAtOnce))) await slices.rest()
        if (!closed) shuffles.remove(listId)
      }
    })().finally(() => {
      clearing = null
    })
    return clearing
  }

  const folders = createFolders({
    ...{ db, now, listsIn: store.inFolder, removeList: hide },
    onChanged: () => announce(null),
  })
  const shares = createShares({
    ...{
      db,
      now,
      playlist: store.get,
      figures: figures.of,
      revision: () => revision,
      listenUrl: () => deps.listenUrl?.() ?? '',
    },
    onChanged: tell,
  })
  const transfer = createTransfer({
    ...{ db, now, store, items: itemStore, workFolder: deps.workFolder ?? tmpdir() },
    fold: deps.fold ?? ((text) => text.toLowerCase()),
    repairText: deps.repairText ?? ((text) => text),
    create: (name, folderId) => {
      folders.assert(folderId)
      return store.insert({ ...detailDefaults, name, folderId }, now())
    },
    add: (id, added) => {
      inTransaction(db, () => {
        itemStore.add(id, itemStore.roomAt(id, undefined, added.length), added)
        shuffles.addTracks(
          id,
          added.map(({ trackId }) => trackId),
        )
      })
    },
    remove: hide,
    rename: (id, name) => store.change(id, { ...store.get(id), name }, now()),
    changed: announce,
  })

  async function refreshed(id: number): Promise<Playlist> {
    await smartLists.refresh(id)
    return viewOf(id)
  }

  sync.request()
  void clearHidden()

  return {
    list: () => store.all().map(view),
    get: ({ id }) => viewOf(id),
    create({ trackIds = [], kind, rules, limit = null, order = orderDefault, ...details }) {
      folders.assert(details.folderId)
      const smart = smartOf(kind, rules, limit, order, trackIds.length > 0)
      if (smart) smartLists.check(smart)
      const id = store.insert({ ...detailDefaults, ...details, smart }, now())
      let adding: ReturnType<typeof items.add>
      try {
        adding = trackIds.length > 0 ? items.add(id, trackIds.map(plainItem)) : undefined
      } catch (error) {
        hide(id)
        throw error
      }
      announce(id)
      if (smart) return refreshed(id)
      if (!adding) return viewOf(id)
      const refused = (error: unknown) => {
        hide(id)
        announce(id)
        throw error
      }
      return adding.then(() => {
        announce(id)
        return viewOf(id)
      }, refused)
    },
    update({ id, rules, limit, order, ...details }) {
      folders.assert(details.folderId)
      const before = store.get(id)
      const newRules = rules !== undefined || limit !== undefined || order !== undefined
      if (newRules && !before.smart) {
        throw new StationError('conflict', `“${before.name}” is a list by hand: it has no rules.`, {
          id,
          kind: 'manual',
        })
      }
      const smart = before.smart && {
        rules: rules ?? before.smart.rules,
        limit: limit === undefined ? before.smart.limit : limit,
        order: order ?? before.smart.order,
      }
      if (smart && newRules) smartLists.check(smart)
      const given = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
      store.change(id, { ...before, ...given, smart }, now())
      announce(id)
      return newRules ? refreshed(id) : viewOf(id)
    },
    remove({ id }) {
      store.get(id)
      inTransaction(db, () => hide(id))
      announce(id)
      return { ok: true }
    },
    async copy({ id, name }) {
      const from = store.get(id)
      const rows = itemStore.list(id)
      const { description, folderId } = from
      const copyId = store.insert(
        { ...detailDefaults, name: name ?? copyName(from.name), description, folderId },
        now(),
      )
      if (rows.length > 0) await items.add(copyId, rows)
      announce(copyId)
      return viewOf(copyId)
    },
    async preview(smart) {
      smartLists.check(smart)
      const { trackIds, durationSeconds, matching, libraryCount } = await smartLists.find(smart)
      const first = trackIds.slice(0, 50)
      const tracks = new Map(tracksById(first).map((track) => [track.id, track]))
      const fits = matching === 0 ? 'none' : matching === libraryCount ? 'all' : 'some'
      return {
        ...{ matching, trackCount: trackIds.length, durationSeconds, libraryCount, fits },
        warning: fits === 'none' ? 'No track fits.' : fits === 'all' ? 'Every track fits.' : null,
        tracks: first.flatMap((trackId) => tracks.get(trackId) ?? []),
      }
    },
    items: items.operations,
    folders: folders.operations,
    share: shares.operations,
    imports: transfer.operations,
    enqueue({ id, shuffle }) {
      const { name } = store.get(id)
      const trackIds = itemStore.ids(id).map((item) => item.trackId)
      return { added: enqueue(shuffle ? shuffled(trackIds) : trackIds, `playlist: ${name}`, id) }
    },
    rotation: { ...rotation, crossfadeSeconds },
    files: { receive: transfer.receive, write: transfer.write, items: items.write },
    sharedDocument: shares.document,
    revision: () => revision,
    async settled() {
      await sync.settled()
      await smartLists.settled()
    },
    async close() {
      closed = true
      off()
      rotation.close()
      figures.close()
      await Promise.all([sync.close(), smartLists.close(), transfer.close(), clearing])
    },
  }
}

/** @throws StationError `validation` for a mixture of both kinds */
function smartOf(
  kind: Playlist['kind'] | undefined,
  rules: Smart['rules'] | undefined,
  limit: Smart['limit'],
  order: Smart['order'],
  hasTracks: boolean,
): Smart | null {
  if (kind === 'manual' && rules) throw new StationError('validation', 'A list by hand has no rules.')
  if (kind === 'smart' && !rules) throw new StationError('validation', 'rules: a smart list needs rules.')
  if (!rules) return null
  if (hasTracks) throw new StationError('validation', 'A smart list is filled by its rules: leave trackIds out.')
  return { rules, limit, order }
}

const copyName = (name: string) => `${name.slice(0, 190)} (copy)`

/** @returns the day of a zone, "2026-01-31" */
function dayIn(timeZone: string, at: number): string {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
  } catch {
    return new Date(at).toISOString().slice(0, 10)
  }
}

function shuffled(values: readonly number[]): number[] {
  const result = [...values]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[result[last], result[other]] = [result[other]!, result[last]!]
  }
  return result
}
