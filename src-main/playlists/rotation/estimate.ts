// How the hour divides among the lists, about, while all of them are open. Pure figures; used by this room alone.
import type { ListRules } from './rules-store'

export interface EstimatedList extends Pick<ListRules, 'rule' | 'everySongs' | 'everyMinutes' | 'atMinute'> {
  id: number
  weight: number
  averageSeconds: number
}

export interface Share {
  /** Of the songs that fill the hour; null for a list that has its turns by a rule. */
  percent: number | null
  perHour: number
}

const hourSeconds = 3600

/** @param allMusicSeconds how long a track of the whole library is, about: it fills in where no list is drawn by weight */
export function shareTheHour(lists: readonly EstimatedList[], allMusicSeconds: number): Map<number, Share> {
  const standard = lists.filter(({ rule }) => rule === 'standard')
  const total = standard.reduce((sum, { weight }) => sum + weight, 0)
  const song =
    total === 0
      ? allMusicSeconds
      : standard.reduce((sum, { averageSeconds, weight }) => sum + (averageSeconds * weight) / total, 0)
  const timedPerHour = ({ everyMinutes, rule }: EstimatedList) =>
    rule === 'atMinute' ? 1 : rule === 'everyMinutes' ? 60 / (everyMinutes ?? 60) : 0
  const timed = lists.reduce((sum, list) => sum + timedPerHour(list) * list.averageSeconds, 0)
  const between = lists.reduce(
    (sum, { averageSeconds, everySongs, rule }) =>
      sum + (rule === 'everySongs' ? averageSeconds / (everySongs ?? 1) : 0),
    0,
  )
  const songs = Math.max(0, hourSeconds - timed) / Math.max(1, song + between)
  return new Map(
    lists.map((list): [number, Share] => {
      const { everySongs, id, rule, weight } = list
      if (rule === 'standard') return [id, { percent: (weight * 100) / total, perHour: (songs * weight) / total }]
      if (rule === 'everySongs') return [id, { percent: null, perHour: songs / (everySongs ?? 1) }]
      return [id, { percent: null, perHour: timedPerHour(list) }]
    }),
  )
}
