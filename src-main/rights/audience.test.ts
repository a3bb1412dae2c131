import { describe, expect, it } from 'vitest'
import { AudienceHistory } from './audience'

const second = 1000

describe('who heard an item', () => {
  it('is everyone who was there when it began and everyone who came meanwhile', () => {
    const history = new AudienceHistory()
    history.note(0, { present: { mp3: 2 }, joined: { mp3: 2 } })
    history.note(10 * second, { present: { mp3: 3 }, joined: { mp3: 3 } })
    // One leaves as another comes.
    history.note(20 * second, { present: { mp3: 3 }, joined: { mp3: 4 } })
    history.note(30 * second, { present: { mp3: 0 }, joined: { mp3: 4 } })
    expect(history.during('mp3', 5 * second, 25 * second)).toEqual({
      atStart: 2,
      listeners: 4,
      listenerSeconds: 5 * 2 + 15 * 3,
    })
    expect(history.during('mp3', 40 * second, 50 * second)).toEqual({ atStart: 0, listeners: 0, listenerSeconds: 0 })
  })

  it('goes on counting when the counting thread has begun anew', () => {
    const history = new AudienceHistory()
    history.note(0, { present: { hls: 5 }, joined: { hls: 9 } })
    history.note(2 * second, { present: {}, joined: {} })
    history.note(4 * second, { present: { hls: 3 }, joined: { hls: 3 } })
    expect(history.during('hls', 0, 10 * second)).toMatchObject({ atStart: 5, listeners: 8 })
  })

  it('is not known of a time before anybody counted', () => {
    const history = new AudienceHistory()
    expect(history.covers(5)).toBe(false)
    history.note(10 * second, { present: {}, joined: {} })
    expect(history.covers(9 * second)).toBe(false)
    expect(history.covers(10 * second)).toBe(true)
  })
})
