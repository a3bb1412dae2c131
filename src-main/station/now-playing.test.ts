import { expect, it } from 'vitest'
import { nowPlaying } from './now-playing'

type Sources = Parameters<typeof nowPlaying>[0]

it('leaves what failed before a sound out of the history, and names the playlist of what played', () => {
  const entry = { kind: 'music', endedAt: 2, endReason: 'end', playedSeconds: 30, reason: 'rotation: Mornings' }
  const entries = [
    { ...entry, id: 2, title: 'Gone', endReason: 'failed', playedSeconds: 0 },
    { ...entry, id: 1, title: 'Heard' },
  ]
  const sources = {
    air: () => ({ item: null, live: null, next: { id: 3, title: 'Next', reason: 'rotation: Mornings' } }),
    log: () => entries,
    artworkPath: () => null,
    genre: () => '',
  } as unknown as Sources
  const { history, next } = nowPlaying(sources, null)
  expect(history.map(({ title, playlist }) => [title, playlist])).toEqual([['Heard', 'Mornings']])
  expect(next?.playlist).toBe('Mornings')
})
