// What of the rules cannot hold with this library, contradicts itself, or has no effect: with the numbers. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import type { Finding, RotationList, Separation } from '@contract/rotation'
import { fold } from '../../library/catalogue/fold'
import type { Rotation } from '../rotation'
import { allMusicId } from '../shuffle'
import { hourPools, neverDue, spanText, timedTooMuch } from './lint-hours'
import { closedMinutes } from './local-time'
import { knownGroups } from './names'
import { TrackKeyReader } from './track-keys'

export interface LintInput {
  db: DatabaseSync
  rotation: Rotation
  lists: readonly RotationList[]
  timezone: string
}

/** What is in a list, as far as the separation holds for it. */
interface Contents {
  tracks: number
  /** Of kinds the separation holds for. */
  separated: number
  jingles: number
  seconds: number
  titles: Set<string>
  /** How many tracks each has. */
  artists: Map<string, number>
  unnamed: number
  /** By "tag", "genre" or "album" and the key. */
  tags: Map<string, number>
  /** Tracks that have none. */
  without: Record<'album' | 'genre' | 'tag', number>
}

const partSize = 500
const mostHourFindings = 3
const jingleKinds = new Set(['jingle', 'sweeper', 'spot'])
const allMusic = { id: allMusicId, name: 'All music' }

/** Looks through the lists in use, in parts. */
export async function lintRotation({ db, rotation, lists, timezone }: LintInput): Promise<Finding[]> {
  const separation = rotation.rules.separation()
  const kinds = new Map(rotation.rules.all().map(({ id, kind }) => [id, kind]))
  const used = lists.filter(({ inUse }) => inUse)
  const contents = new Map<number, Contents>()
  const keys = new TrackKeyReader(db, [...knownGroups, ...separation.groups])
  const needed = used.filter(({ playableCount }) => playableCount > 0).map(({ playlistId }) => playlistId)
  if (rotation.usesAllMusic()) needed.push(allMusicId)
  for (const id of needed) contents.set(id, await contentsOf(db, keys, id, separation))
  const standard = used.filter(({ rule, playableCount }) => rule === 'standard' && playableCount > 0)
  const pool = poolFindings(standard, contents, separation)
  const hours = hourFindings(standard, contents, separation, pool)
  return [
    ...emptyLists(used, kinds),
    ...pool,
    ...hours,
    // What holds while a list is open alone has been said of its hours.
    ...listFindings(used, contents, separation).filter(
      ({ playlists: [list] }) =>
        !hours.some(({ playlists }) => playlists.length === 1 && playlists[0]?.id === list?.id),
    ),
    ...timedFindings(used, contents),
    ...neverDue(used),
    ...timedTooMuch(used, new Map([...contents].map(([id, inside]) => [id, averageOf(inside)]))),
    ...weightFindings(standard),
    ...coverage(used, timezone),
    ...separationFindings(separation, contents, standard),
  ].sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
}

const severities = ['error', 'warning', 'notice'] as const

async function contentsOf(
  db: DatabaseSync,
  keys: TrackKeyReader,
  id: number,
  separation: Separation,
): Promise<Contents> {
  const part = db.prepare(
    `SELECT trackId FROM shuffleTracks WHERE playlistId = ? AND playable = 1 AND trackId > ? ORDER BY trackId LIMIT ${partSize}`,
  )
  const contents: Contents = {
    ...{ tracks: 0, separated: 0, jingles: 0, seconds: 0, unnamed: 0 },
    ...{ titles: new Set(), artists: new Map(), tags: new Map(), without: { album: 0, genre: 0, tag: 0 } },
  }
  const kinds = new Set<string>(separation.appliesTo)
  for (let after = 0; ; ) {
    const ids = part.all(id, after).map((row) => Number(row['trackId']))
    for (const track of keys.load(ids).values()) {
      contents.tracks += 1
      contents.seconds += track.durationSeconds
      if (jingleKinds.has(track.kind)) contents.jingles += 1
      if (!kinds.has(track.kind)) continue
      contents.separated += 1
      for (const { key } of track.titles) contents.titles.add(key)
      for (const { key } of track.artists) contents.artists.set(key, (contents.artists.get(key) ?? 0) + 1)
      if (track.artists.length === 0) contents.unnamed += 1
      const named = { album: track.albums, genre: track.genres, tag: track.tags }
      for (const field of ['album', 'genre', 'tag'] as const) {
        if (named[field].length === 0) contents.without[field] += 1
        for (const { key } of named[field]) {
          contents.tags.set(`${field} ${key}`, (contents.tags.get(`${field} ${key}`) ?? 0) + 1)
        }
      }
    }
    if (ids.length < partSize) return contents
    after = ids.at(-1) as number
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

const refer = ({ name, playlistId }: RotationList) => ({ id: playlistId, name })
const averageOf = ({ seconds, tracks }: Contents): number => (tracks === 0 ? 0 : seconds / tracks)
const minutesText = (seconds: number): string =>
  `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`
const tracksText = (count: number): string => (count === 1 ? '1 track' : `${count} tracks`)

function emptyLists(used: readonly RotationList[], kinds: ReadonlyMap<number, string>): Finding[] {
  return used
    .filter(({ playableCount }) => playableCount === 0)
    .map((list) => {
      const smart = kinds.get(list.playlistId) === 'smart'
      return {
        code: smart ? 'smartListMatchesNothing' : 'emptyList',
        severity: 'error',
        sentence: smart
          ? `“${list.name}” is in the rotation, but no track that can be played fits its rules.`
          : `“${list.name}” is in the rotation, but has no track that can be played.`,
        suggestion: smart
          ? 'Widen its rules, or take it out of the rotation.'
          : 'Add tracks to it, or take it out of the rotation.',
        playlists: [refer(list)],
        figures: { playable: 0 },
      }
    })
}

/** The same for hours in which some of the lists are open alone, as far as those are long enough; the worst ones. */
function hourFindings(
  standard: readonly RotationList[],
  contents: ReadonlyMap<number, Contents>,
  separation: Separation,
  whole: readonly Finding[],
): Finding[] {
  const asLongAs = (minutes: number, span: number) => (span >= minutes ? minutes : 0)
  return hourPools(standard)
    .flatMap(({ lists, longest }) => {
      const span = longest.to - longest.from
      const within = {
        ...{ titleMinutes: asLongAs(separation.titleMinutes, span), albumMinutes: 0, tags: [] },
        artistMinutes: asLongAs(separation.artistMinutes, span),
      }
      return poolFindings(lists, contents, { ...separation, ...within }, `what is open ${spanText(longest)}`)
    })
    .filter(({ code }) => !whole.some((one) => one.code === code))
    .sort((one, other) => (one.figures['mostMinutes'] ?? 0) - (other.figures['mostMinutes'] ?? 0))
    .slice(0, mostHourFindings)
}

/** All that is drawn by weight, together: what it can keep at best, every artist and title in turn. */
function poolFindings(
  standard: readonly RotationList[],
  contents: ReadonlyMap<number, Contents>,
  separation: Separation,
  who = 'the rotation',
): Finding[] {
  const { artistMinutes, titleMinutes } = separation
  const ids = standard.length > 0 ? standard.map(({ playlistId }) => playlistId) : [allMusicId]
  const all = ids.flatMap((id) => contents.get(id) ?? [])
  const pool = poolOf(all)
  if (pool.titles === 0 || pool.artists.size + pool.unnamed === 0) return []
  const playlists = standard.length > 0 ? standard.map(refer) : [allMusic]
  const { averageSeconds } = pool
  const tracks = `its tracks are ${minutesText(averageSeconds)} on average`
  const figures = { averageSeconds: Math.round(averageSeconds), titles: pool.titles, artists: pool.artists.size }
  const mostTitle = (pool.titles * averageSeconds) / 60
  if (titleMinutes > 0 && mostTitle < titleMinutes) {
    return [
      {
        ...{ code: 'titleSeparationTooLong', severity: 'error', playlists },
        sentence: `The title separation of ${titleMinutes} min cannot be kept: ${who} has ${titlesText(pool.titles)} and ${tracks}, so at most ${Math.round(mostTitle)} min can be kept.`,
        suggestion: `Set it to ${Math.floor(mostTitle * 0.8)} min or less, or add music.`,
        figures: { ...figures, wantedMinutes: titleMinutes, mostMinutes: Math.round(mostTitle) },
      },
      // Even with each song only once, the artists may be too few.
      ...artistFinding(pool, artistMinutes, 0, playlists, tracks, figures, who),
    ]
  }
  return [
    ...artistFinding(pool, artistMinutes, titleMinutes, playlists, tracks, figures, who),
    ...keyFindings(pool, all, separation, playlists, figures),
  ]
}

interface Pool {
  titles: number
  artists: ReadonlyMap<string, number>
  /** Tracks that name no artist: they are free of that rule. */
  unnamed: number
  averageSeconds: number
}

function poolOf(all: readonly Contents[]): Pool {
  const artists = new Map<string, number>()
  for (const one of all) for (const [key, count] of one.artists) artists.set(key, (artists.get(key) ?? 0) + count)
  const tracks = all.reduce((sum, one) => sum + one.tracks, 0)
  return {
    titles: new Set(all.flatMap((one) => [...one.titles])).size,
    artists,
    unnamed: all.reduce((sum, one) => sum + one.unnamed, 0),
    averageSeconds: tracks === 0 ? 0 : all.reduce((sum, one) => sum + one.seconds, 0) / tracks,
  }
}

/**
 * Each artist gives one song in the artist separation, and no more than its songs in the title separation; all together
 * have to give as many as the hour needs.
 */
function artistFinding(
  pool: Pool,
  wanted: number,
  titleMinutes: number,
  playlists: Finding['playlists'],
  tracks: string,
  figures: Finding['figures'],
  who: string,
): Finding[] {
  const needed = 3600 / Math.max(1, pool.averageSeconds)
  const perHour = (count: number) => (titleMinutes === 0 ? Number.POSITIVE_INFINITY : (count * 60) / titleMinutes)
  const given = (minutes: number) =>
    [...pool.artists.values()].reduce((sum, count) => sum + Math.min(60 / minutes, perHour(count)), 0) +
    (pool.unnamed === 0 ? 0 : perHour(pool.unnamed))
  if (wanted === 0 || given(wanted) >= needed) return []
  let [least, most] = [0, wanted]
  while (most - least > 0.05) {
    const middle = (least + most) / 2
    if (given(middle) >= needed) least = middle
    else most = middle
  }
  const count = pool.artists.size
  const unnamed = pool.unnamed > 0 ? ` and ${tracksText(pool.unnamed)} without an artist` : ''
  const songs = given(wanted).toFixed(1).replace('.0', '')
  return [
    {
      ...{ code: 'artistSeparationTooLong', severity: 'error', playlists },
      sentence:
        `The artist separation of ${wanted} min cannot be kept: ${who} has ${count === 1 ? '1 artist' : `${count} artists`}${unnamed} and ${tracks}. ` +
        `That gives ${songs} songs an hour where ${Math.ceil(needed)} are needed, so at most ${Math.round(least)} min can be kept.`,
      suggestion: `Set it to ${Math.floor(least * 0.8)} min or less, or add music of other artists.`,
      figures: { ...figures, wantedMinutes: wanted, mostMinutes: Math.round(least), unnamed: pool.unnamed },
    },
  ]
}

/** Albums, and every genre or tag for itself, as artists are looked at: each gives one song in its separation. */
function keyFindings(
  { averageSeconds }: Pool,
  all: readonly Contents[],
  { albumMinutes, tags }: Separation,
  playlists: Finding['playlists'],
  figures: Finding['figures'],
): Finding[] {
  const each = tags.filter(({ value }) => value === '*').map(({ field, minutes }) => ({ field, minutes }))
  return [{ field: 'album' as const, minutes: albumMinutes }, ...each].flatMap(({ field, minutes }): Finding[] => {
    const keys = new Set(all.flatMap((one) => [...one.tags.keys()].filter((key) => key.startsWith(`${field} `))))
    // Tracks without any are free of the rule, and may fill what it leaves.
    const free = all.some((one) => one.without[field] > 0)
    const most = (keys.size * averageSeconds) / 60
    if (minutes === 0 || free || keys.size === 0 || most >= minutes) return []
    return [
      {
        ...{ code: `${field}SeparationTooLong`, severity: 'error', playlists },
        sentence: `The ${field} separation of ${minutes} min cannot be kept: the rotation has ${keys.size === 1 ? `1 ${field}` : `${keys.size} ${field}s`} and its tracks are ${minutesText(averageSeconds)} on average, so at most ${Math.round(most)} min can be kept.`,
        suggestion: `Set it to ${Math.floor(most * 0.8)} min or less, or add music.`,
        figures: { ...figures, [`${field}s`]: keys.size, wantedMinutes: minutes, mostMinutes: Math.round(most) },
      },
    ]
  })
}

const titlesText = (count: number): string => (count === 1 ? '1 title' : `${count} titles`)

/** Each list by itself: how soon its tracks and artists come back at the share it gets. */
function listFindings(
  used: readonly RotationList[],
  contents: ReadonlyMap<number, Contents>,
  separation: Separation,
): Finding[] {
  const findings: Finding[] = []
  for (const list of used) {
    const inside = contents.get(list.playlistId)
    if (!inside || inside.separated === 0 || list.perHour === 0) continue
    const interval = 60 / list.perHour
    const pairs = [
      ['title', separation.titleMinutes, inside.titles.size],
      ['artist', separation.artistMinutes, inside.unnamed > 0 ? 0 : inside.artists.size],
    ] as const
    for (const [what, wanted, count] of pairs) {
      const most = Math.floor(count * interval)
      if (wanted === 0 || count === 0 || most >= wanted) continue
      const alone = used.filter(({ rule }) => rule === 'standard').length === 1 && list.rule === 'standard'
      // For the only list of all, the whole rotation has said so already.
      if (alone && count > 1) continue
      const only = count === 1 && inside.tracks === 1
      findings.push({
        code: only ? 'singleTrackList' : `list${what === 'title' ? 'Title' : 'Artist'}SeparationTooLong`,
        severity: list.rule === 'standard' && !only ? 'warning' : 'error',
        sentence: only
          ? `“${list.name}” has 1 track and should play every ${Math.round(interval)} min, but the ${what} separation is ${wanted} min.`
          : `“${list.name}” has ${count} ${what}${count === 1 ? '' : 's'} and plays every ${Math.round(interval)} min: each ` +
            `comes back after ${most} min, but the ${what} separation is ${wanted} min.`,
        suggestion:
          list.rule === 'standard'
            ? `Give it more music or less weight; until then other lists take its turns.`
            : `Give it more music, let it play less often, or make its tracks of a kind the separation does not hold for; until then its turns are left out.`,
        playlists: [refer(list)],
        figures: { wantedMinutes: wanted, mostMinutes: most, [`${what}s`]: count, everyMinutes: Math.round(interval) },
      })
      if (only) break
    }
  }
  return findings
}

function timedFindings(used: readonly RotationList[], contents: ReadonlyMap<number, Contents>): Finding[] {
  const findings: Finding[] = []
  for (const list of used) {
    const inside = contents.get(list.playlistId)
    if (!inside) continue
    const average = averageOf(inside)
    if (list.rule === 'everyMinutes' && list.everyMinutes !== null && average >= list.everyMinutes * 60) {
      findings.push({
        code: 'intervalShorterThanItems',
        severity: 'error',
        sentence: `“${list.name}” plays every ${list.everyMinutes} min, but its tracks are ${minutesText(average)} on average: nothing else would play.`,
        suggestion: `Play it every ${Math.ceil((average / 60) * 3)} min or less often, or draw it by weight.`,
        playlists: [refer(list)],
        figures: { everyMinutes: list.everyMinutes, averageSeconds: Math.round(average) },
      })
    }
    if (list.rule === 'standard' && inside.jingles * 2 > inside.tracks) {
      findings.push({
        code: 'jinglesByWeight',
        severity: 'warning',
        sentence: `“${list.name}” holds jingles (${inside.jingles} of ${tracksText(inside.tracks)}) and is drawn by weight like music.`,
        suggestion: 'Let it play once in so many songs, once in so many minutes, or at a minute of the hour.',
        playlists: [refer(list)],
        figures: { jingles: inside.jingles, tracks: inside.tracks },
      })
    }
  }
  return [...findings, ...sameTimes(used)]
}

/** Lists that are due together: one of them has to wait. */
function sameTimes(used: readonly RotationList[]): Finding[] {
  const findings: Finding[] = []
  const timed = used.filter(({ playableCount, rule }) => rule === 'atMinute' && playableCount > 0)
  for (const [index, one] of timed.entries()) {
    for (const other of timed.slice(index + 1)) {
      if (one.atMinute !== other.atMinute || !overlap(one, other)) continue
      findings.push({
        code: 'sameMinute',
        severity: 'warning',
        sentence: `“${one.name}” and “${other.name}” are both due at minute ${one.atMinute}: one of them comes after the other.`,
        suggestion: 'Give them different minutes or dayparts.',
        playlists: [refer(one), refer(other)],
        figures: { minute: one.atMinute ?? 0 },
      })
    }
  }
  return findings
}

const weekMinutes = 7 * 1440
const overlap = (one: RotationList, other: RotationList): boolean =>
  closedMinutes([one.dayparts]).length +
    closedMinutes([other.dayparts]).length -
    closedMinutes([one.dayparts, other.dayparts]).length <
  weekMinutes

function weightFindings(standard: readonly RotationList[]): Finding[] {
  const [only] = standard
  if (standard.length === 1 && only && only.weight > 1) {
    return [
      {
        code: 'weightWithoutEffect',
        severity: 'notice',
        sentence: `The weight ${only.weight} of “${only.name}” has no effect: it is the only list drawn by weight.`,
        suggestion: 'Nothing has to be done; a second list gives the weight a meaning.',
        playlists: [refer(only)],
        figures: { weight: only.weight },
      },
    ]
  }
  return standard
    .filter(({ sharePercent }) => sharePercent !== null && sharePercent < 1)
    .map((list) => ({
      code: 'weightTooSmall',
      severity: 'notice',
      sentence: `“${list.name}” gets ${list.sharePercent} % of the songs: one in ${Math.round(100 / (list.sharePercent || 0.1))}.`,
      suggestion: 'Raise its weight, or lower those of the others.',
      playlists: [refer(list)],
      figures: { weight: list.weight, sharePercent: list.sharePercent ?? 0 },
    }))
}

function coverage(used: readonly RotationList[], timezone: string): Finding[] {
  const standard = used.filter(({ rule, playableCount }) => rule === 'standard' && playableCount > 0)
  if (standard.length === 0) return []
  const closed = closedMinutes(standard.map(({ dayparts }) => dayparts))
  if (closed.length === 0) return []
  const spans: { from: number; to: number }[] = []
  for (const minute of closed) {
    const last = spans.at(-1)
    if (last?.to === minute) last.to += 1
    else spans.push({ from: minute, to: minute + 1 })
  }
  const shown = spans.slice(0, 5).map(spanText)
  const more = spans.length > shown.length ? ` and ${spans.length - shown.length} more` : ''
  const hours = Math.round((closed.length / 60) * 10) / 10
  return [
    {
      code: 'hoursWithoutList',
      severity: 'warning',
      sentence: `${hours} hours of the week have no list drawn by weight (${timezone}): ${shown.join(', ')}${more}. The fallback, or else all music, fills them.`,
      suggestion: 'Widen a daypart, or put a list without dayparts into the rotation.',
      playlists: standard.map(refer),
      figures: { hours, spans: spans.length },
    },
  ]
}

function separationFindings(
  separation: Separation,
  contents: ReadonlyMap<number, Contents>,
  standard: readonly RotationList[],
): Finding[] {
  const { albumMinutes, artistMinutes, tags, titleMinutes } = separation
  const findings: Finding[] = []
  const playlists = standard.map(refer)
  if (separation.appliesTo.length === 0 && titleMinutes + artistMinutes + albumMinutes + tags.length > 0) {
    findings.push({
      ...{ code: 'separationForNothing', severity: 'warning', playlists },
      sentence: 'The separation holds for no kind of track: nothing is kept apart.',
      suggestion: 'Let it hold for music at least.',
      figures: { titleMinutes, artistMinutes },
    })
  }
  if (titleMinutes > 0 && artistMinutes >= titleMinutes) {
    findings.push({
      code: 'titleWithinArtist',
      severity: 'notice',
      sentence: `The title separation of ${titleMinutes} min is hardly used: the artist separation of ${artistMinutes} min keeps a song away longer.`,
      suggestion: 'Make the title separation longer than the artist separation.',
      playlists,
      figures: { titleMinutes, artistMinutes },
    })
  }
  if (albumMinutes > 0 && artistMinutes >= albumMinutes) {
    findings.push({
      code: 'albumWithinArtist',
      severity: 'notice',
      sentence: `The album separation of ${albumMinutes} min works for compilations alone: the artist separation of ${artistMinutes} min is longer.`,
      suggestion: 'Make it longer than the artist separation, or set it to 0.',
      playlists,
      figures: { albumMinutes, artistMinutes },
    })
  }
  const pool = [...contents.entries()].filter(
    ([id]) => id === allMusicId || standard.some((list) => list.playlistId === id),
  )
  const total = pool.reduce((sum, [, one]) => sum + one.separated, 0)
  const seconds = pool.reduce((sum, [, one]) => sum + one.seconds, 0)
  for (const { field, minutes, value } of tags) {
    if (value === '*' || minutes === 0 || total === 0) continue
    const count = pool.reduce((sum, [, one]) => sum + (one.tags.get(`${field} ${fold(value)}`) ?? 0), 0)
    const every = count === 0 ? 0 : seconds / 60 / count
    if (count > 0 && every >= minutes) continue
    findings.push({
      code: count === 0 ? 'tagOnNoTrack' : 'tagSeparationTooLong',
      severity: count === 0 ? 'notice' : 'warning',
      sentence:
        count === 0
          ? `No track of the rotation has the ${field} “${value}”, for which ${minutes} min are wanted.`
          : `The ${field} “${value}” is on ${count} of ${tracksText(total)}: kept ${minutes} min apart they would come up less often than the others; evenly played, one comes every ${Math.floor(every)} min.`,
      suggestion:
        count === 0 ? 'Check how it is written, or take the rule away.' : `Set it to ${Math.floor(every)} min or less.`,
      playlists,
      figures: { wantedMinutes: minutes, tracks: count, mostMinutes: Math.floor(every) },
    })
  }
  return findings
}
