import { describe, expect, test } from 'vitest'
import { type Page, PageWindow, rowOf } from './page-window'

interface Row {
  id: number
  name: string
}
interface Request {
  query: string
  offset: number
  aborted: boolean
  answer(): void
  fail(): void
}

/** A library of so many rows; each request waits until the test answers it. */
function library(size: number) {
  const requests: Request[] = []
  let answered = 0
  const pages = new PageWindow<string, Row>(
    (query, { offset, limit }, signal) =>
      new Promise<Page<Row>>((resolve, reject) => {
        const count = Math.max(0, Math.min(limit, size - offset))
        const items = Array.from({ length: count }, (_, row) => ({
          id: offset + row,
          name: `${query} ${offset + row}`,
        }))
        requests.push({
          ...{ query, offset },
          get aborted() {
            return signal.aborted
          },
          answer: () => resolve({ items, total: size }),
          fail: () => reject(new Error('The engine is away.')),
        })
      }),
  )
  const answerAll = async () => {
    for (; answered < requests.length; answered++) {
      requests[answered]?.answer()
      await settle()
    }
  }
  const row = (index: number) => rowOf(pages.get(), index)?.name
  return { pages, requests, answerAll, row }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('a library that is scrolled', () => {
  test('shows the first rows and knows how many there are', async () => {
    const { pages, requests, answerAll, row } = library(100_000)
    pages.open('q')
    expect(pages.get().status).toBe('loading')
    await answerAll()
    expect(pages.get()).toMatchObject({ status: 'ready', total: 100_000 })
    expect(row(99)).toBe('q 99')
    expect(requests).toHaveLength(1)
  })

  test('a jump to the middle asks for the middle alone', async () => {
    const { pages, requests, answerAll, row } = library(100_000)
    pages.open('q')
    await answerAll()
    pages.need(50_080, 50_130)
    await answerAll()
    expect(requests.map(({ offset }) => offset)).toEqual([0, 50_000, 50_100])
    expect([row(50_080), row(50_130), row(49_999)]).toEqual(['q 50080', 'q 50130', undefined])
  })

  test('rows rushed past are not waited for', async () => {
    const { pages, requests, answerAll, row } = library(100_000)
    pages.open('q')
    await answerAll()
    for (let first = 1000; first < 9000; first += 500) pages.need(first, first + 40)
    // The engine has a request or two before it, not one for each frame of the way.
    expect(requests.length).toBeLessThanOrEqual(3)
    await answerAll()
    expect(requests.length).toBeLessThanOrEqual(5)
    expect(row(8510)).toBe('q 8510')
    expect(row(5000)).toBeUndefined()
  })

  test('asks nothing behind the last row, and forgets what is far away', async () => {
    const { pages, requests, answerAll } = library(30_000)
    pages.open('q')
    await answerAll()
    pages.need(40_000, 40_100)
    expect(requests).toHaveLength(1)
    for (let first = 0; first < 6000; first += 100) {
      pages.need(first, first)
      await answerAll()
    }
    expect(pages.get().blocks.size).toBeLessThanOrEqual(40)
  })
})

describe('typing in the search', () => {
  test('an answer to an older question is dropped, whichever comes first', async () => {
    const { pages, requests, row } = library(10)
    pages.open('a')
    pages.open('ab')
    requests[1]?.answer()
    await settle()
    requests[0]?.answer()
    await settle()
    expect(row(0)).toBe('ab 0')
  })

  test('rows of the question before stay, marked, until the answer is there', async () => {
    const { pages, requests, row } = library(10)
    pages.open('a')
    requests[0]?.answer()
    await settle()
    pages.open('b')
    expect(pages.get().status).toBe('stale')
    expect(row(0)).toBe('a 0')
    requests[1]?.answer()
    await settle()
    expect(pages.get().status).toBe('ready')
    expect(row(0)).toBe('b 0')
  })

  test('what makes no sense says so and leaves the rows; the next question is asked', async () => {
    const { pages, requests, row } = library(10)
    pages.open('a')
    requests[0]?.answer()
    await settle()
    pages.open('bpm:fast')
    requests[1]?.fail()
    await settle()
    expect(pages.get().status).toBe('error')
    expect(row(0)).toBe('a 0')
    pages.need(0, 10)
    expect(requests).toHaveLength(2)
    pages.open('bpm:120')
    requests[2]?.answer()
    await settle()
    expect(pages.get()).toMatchObject({ status: 'ready', error: null })
  })
})

describe('a library that changes under the eyes', () => {
  test('is asked again for the rows looked at alone, and no row is missing meanwhile', async () => {
    const { pages, requests, answerAll, row } = library(100_000)
    pages.open('q')
    await answerAll()
    pages.need(60_000, 60_150)
    await answerAll()
    const asked = requests.length
    pages.refresh()
    requests[asked]?.answer()
    await settle()
    expect([row(60_000), row(60_150)]).toEqual(['q 60000', 'q 60150'])
    await answerAll()
    expect(requests).toHaveLength(asked + 2)
    expect(pages.get().status).toBe('ready')
    expect(row(0)).toBeUndefined()
  })

  test('an edited track is replaced at once', async () => {
    const { pages, answerAll, row } = library(10)
    pages.open('q')
    await answerAll()
    pages.replace({ id: 3, name: 'renamed' })
    expect(row(3)).toBe('renamed')
  })
})

test('an engine that does not answer: the error is shown and asking again brings the rows back', async () => {
  const { pages, requests } = library(10)
  pages.open('q')
  requests[0]?.fail()
  await settle()
  expect(pages.get().status).toBe('error')
  pages.refresh()
  requests[1]?.answer()
  await settle()
  expect(pages.get()).toMatchObject({ status: 'ready', total: 10, error: null })
})
