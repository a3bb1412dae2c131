import { describe, expect, test } from 'vitest'
import { CursorPages, type Page } from './cursor-pages'

interface Row {
  id: number
  name: string
}

/** A library of so many rows; each request waits until the test answers it. */
function library(size: number) {
  const requests: { query: string; cursor: string | undefined; limit: number; answer: () => void; fail: () => void }[] =
    []
  const pages = new CursorPages<string, Row>(
    (query, { cursor, limit }) =>
      new Promise<Page<Row>>((resolve, reject) => {
        const from = Number(cursor ?? 0)
        const items = Array.from({ length: Math.max(0, Math.min(limit, size - from)) }, (_, index) => ({
          id: from + index,
          name: `${query} ${from + index}`,
        }))
        const next = from + items.length
        requests.push({
          query,
          cursor,
          limit,
          answer: () => resolve({ items, nextCursor: next < size ? String(next) : null, total: size }),
          fail: () => reject(new Error('The engine is away.')),
        })
      }),
  )
  const answerAll = async () => {
    for (let done = 0; done < requests.length; done++) {
      requests[done]?.answer()
      await settle()
    }
  }
  return { pages, requests, answerAll }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('a library that is scrolled', () => {
  test('shows the first hundred rows and knows how many there are', async () => {
    const { pages, requests, answerAll } = library(100_000)
    pages.open('')
    expect(pages.get().status).toBe('loading')
    await answerAll()
    expect(pages.get()).toMatchObject({ status: 'ready', total: 100_000 })
    expect(pages.get().items).toHaveLength(100)
    expect(requests).toHaveLength(1)
  })

  test('is fetched on, without gaps and one page at a time, until the row looked at is there', async () => {
    const { pages, requests, answerAll } = library(100_000)
    pages.open('')
    await answerAll()
    pages.need(2_200)
    pages.need(2_150)
    expect(requests).toHaveLength(2)
    await answerAll()
    const ids = pages.get().items.map((row) => row.id)
    expect(ids.length).toBeGreaterThanOrEqual(2_200)
    expect(ids).toEqual(ids.map((_, index) => index))
    expect(requests.every((request) => request.limit <= 500)).toBe(true)
  })

  test('asks nothing more once the last page has come', async () => {
    const { pages, requests, answerAll } = library(30)
    pages.open('')
    await answerAll()
    pages.need(5_000)
    expect(requests).toHaveLength(1)
    expect(pages.get().total).toBe(30)
  })
})

describe('typing in the search', () => {
  test('an answer to an older question is dropped, whichever comes first', async () => {
    const { pages, requests } = library(10)
    pages.open('a')
    pages.open('ab')
    requests[1]?.answer()
    await settle()
    requests[0]?.answer()
    await settle()
    expect(pages.get().items[0]?.name).toBe('ab 0')
  })

  test('rows of the question before stay, marked, until the answer is there', async () => {
    const { pages, requests } = library(10)
    pages.open('a')
    requests[0]?.answer()
    await settle()
    pages.open('b')
    expect(pages.get().status).toBe('stale')
    expect(pages.get().items[0]?.name).toBe('a 0')
    requests[1]?.answer()
    await settle()
    expect(pages.get()).toMatchObject({ status: 'ready' })
    expect(pages.get().items[0]?.name).toBe('b 0')
  })
})

describe('a library that changes under the eyes', () => {
  test('is fetched again down to the row looked at and swapped in one step', async () => {
    const { pages, requests, answerAll } = library(5_000)
    pages.open('')
    await answerAll()
    pages.need(1_000)
    await answerAll()
    const before = pages.get().items
    const asked = requests.length
    pages.refresh()
    requests[asked]?.answer()
    await settle()
    expect(pages.get().items).toBe(before)
    await answerAll()
    expect(pages.get().items).not.toBe(before)
    expect(pages.get().items.length).toBeGreaterThanOrEqual(1_000)
    expect(pages.get().status).toBe('ready')
  })

  test('an edited track is replaced and a removed one goes, at once', async () => {
    const { pages, answerAll } = library(10)
    pages.open('')
    await answerAll()
    pages.replace({ id: 3, name: 'renamed' })
    pages.drop(new Set([0, 1]))
    expect(
      pages
        .get()
        .items.map((row) => row.name)
        .slice(0, 2),
    ).toEqual([' 2', 'renamed'])
    expect(pages.get().total).toBe(8)
  })
})

describe('an engine that does not answer', () => {
  test('the error is shown and asking again brings the rows back', async () => {
    const { pages, requests } = library(10)
    pages.open('')
    requests[0]?.fail()
    await settle()
    expect(pages.get().status).toBe('error')
    pages.refresh()
    requests[1]?.answer()
    await settle()
    expect(pages.get()).toMatchObject({ status: 'ready', total: 10, error: null })
  })
})

test('a jump to a row far down draws the screen once, when that row is there', async () => {
  const { pages, answerAll } = library(20_000)
  pages.open('')
  await answerAll()
  let drawn = 0
  pages.subscribe(() => {
    drawn += 1
  })
  pages.need(19_000)
  await answerAll()
  expect(pages.get().items.length).toBeGreaterThanOrEqual(19_000)
  expect(drawn).toBe(1)
})
