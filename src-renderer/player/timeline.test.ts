import { describe, expect, it } from 'vitest'
import { pickLanguage, text } from './texts'
import { elapsedSeconds, heardAt, type NowPlaying, type PlayedSong } from './timeline'

const song = (title: string, played_at_ms: number, duration = 200): PlayedSong => ({
  played_at_ms,
  duration,
  song: { text: title, title, artist: '', album: '', art: '' },
})
const station = {
  now_playing: song('Third', 30_000),
  playing_next: song('Fourth', 40_000),
  song_history: [song('Second', 20_000), song('First', 10_000)],
} as NowPlaying
const titles = (at: number) => {
  const heard = heardAt(station, at)
  return [heard.song, heard.next, ...heard.history].map((entry) => entry?.song.title)
}

describe('what a listener hears', () => {
  it('is what plays on program once it has come through', () => {
    expect(titles(30_000)).toEqual(['Third', 'Fourth', 'Second', 'First'])
  })

  it('is still the song before for as long as the stream lies behind', () => {
    expect(titles(29_999)).toEqual(['Second', 'Third', 'First'])
    expect(titles(12_000)).toEqual(['First', 'Second'])
  })

  it('is the oldest that is known when the listener is further behind than the history goes', () => {
    expect(titles(1)).toEqual(['First', 'Second'])
  })

  it('is nothing when nothing has played', () => {
    const empty = { ...station, now_playing: null, playing_next: null, song_history: [] }
    expect(heardAt(empty, 1)).toEqual({ song: null, next: null, history: [] })
  })

  it('progress stays within the song, and runs on for a live source without a length', () => {
    expect(elapsedSeconds(song('x', 10_000), 15_500)).toBe(5.5)
    expect(elapsedSeconds(song('x', 10_000), 9000)).toBe(0)
    expect(elapsedSeconds(song('x', 10_000, 3), 99_000)).toBe(3)
    expect(elapsedSeconds(song('x', 10_000, 0), 99_000)).toBe(89)
  })
})

describe('the words of the page', () => {
  it('are in the first language of the browser that is there, else in English', () => {
    expect(pickLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(pickLanguage(['ja'])).toBe('en')
  })

  it('have their values filled in', () => {
    expect(text('mount', { format: 'MP3', kbps: 128 })).toBe('MP3, 128 kbit/s')
  })
})
