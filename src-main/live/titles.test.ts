import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { repairText } from '../library'
import { type PlacedTitle, readTitle, Titles } from './titles'

const read = (song: string | null, title = '', artist = '') => readTitle({ song, title, artist }, repairText)

describe('a title', () => {
  it.each([
    ['in one line', read('Käthe - Grün'), { artist: 'Käthe', title: 'Grün' }],
    ['with dashes in it', read('A-ha - Take On Me - Live'), { artist: 'A-ha', title: 'Take On Me - Live' }],
    ['of a show without an artist', read('Morning Show'), { artist: '', title: 'Morning Show' }],
    ['apart, as Mixxx sends it', read(null, 'Take On Me', 'A-ha'), { artist: 'A-ha', title: 'Take On Me' }],
    ['both ways', read('wrong', 'Take On Me', 'A-ha'), { artist: 'A-ha', title: 'Take On Me' }],
    ['with an artist alone', read(null, '', 'A-ha'), { artist: '', title: 'A-ha' }],
    ['in Latin-1 letters that were UTF-8', read('KÃ¤the - GrÃ¼n'), { artist: 'Käthe', title: 'Grün' }],
    ['in Windows-1251 read as Latin-1', read('Êèíî - Ãðóïïà êðîâè'), { artist: 'Кино', title: 'Группа крови' }],
    ['with nothing in it', read(' - '), null],
    ['that is empty', read(''), null],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected)
  })

  it('as long as a book is cut', () => {
    expect(read('x'.repeat(5000))?.title.length).toBe(300)
  })
})

describe('titles', () => {
  let shown: PlacedTitle[]
  let titles: Titles
  beforeEach(() => {
    vi.useFakeTimers()
    shown = []
    titles = new Titles((_id, title) => shown.push(title))
  })
  afterEach(() => {
    titles.close()
    vi.useRealTimers()
  })

  it('that change every moment do not fill the log: the first and the latest are seen', () => {
    for (let second = 0; second < 50; second++) titles.set('a', { title: `0:${second}`, artist: '' })
    vi.advanceTimersByTime(2000)
    expect(shown.map(({ title }) => title)).toEqual(['0:0', '0:49'])
  })

  it('are seen when their sound is on the program, not before', () => {
    titles.set('a', { title: 'Next', artist: '' }, 7)
    vi.advanceTimersByTime(3000)
    expect(shown).toEqual([])
    titles.passed('a', 7, 4711)
    expect(shown).toMatchObject([{ title: 'Next', atFrame: 4711 }])
  })

  it('are seen all the same when the program never says so', () => {
    titles.set('a', { title: 'Next', artist: '' }, 7)
    vi.advanceTimersByTime(11_000)
    expect(shown).toMatchObject([{ title: 'Next', atFrame: null }])
  })

  it('of a source that left are not seen', () => {
    titles.set('a', { title: 'Next', artist: '' }, 7)
    titles.forget('a')
    vi.advanceTimersByTime(11_000)
    expect(shown).toEqual([])
  })
})
